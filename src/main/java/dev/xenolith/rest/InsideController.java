package dev.xenolith.rest;

import dev.xenolith.control.Inspection;
import dev.xenolith.control.ProblemType;
import dev.xenolith.engine.DeviceSnapshot;
import dev.xenolith.engine.EventChannelSnapshot;
import dev.xenolith.engine.GrantSnapshot;
import dev.xenolith.engine.MemorySnapshot;
import dev.xenolith.engine.PageTableSnapshot;
import dev.xenolith.engine.XenstoreEntry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The inside of a domain that exists. */
@Tag(name = "Inside a domain", description = "What the hypervisor knows of a domain that is not shut off")
@RestController
@RequestMapping(path = "/v1/domains/{id}", produces = "application/json")
class InsideController {

    private final Inspection inspection;

    InsideController(Inspection inspection) {
        this.inspection = inspection;
    }

    @Operation(
            operationId = "listVcpus",
            summary = "Virtual CPUs and their registers",
            description = "Registers are hexadecimal text, since JSON numbers end at 53 bits. Pause the domain for a"
                    + " picture that holds together.")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/vcpus")
    ListView<VcpuView> vcpus(@Parameter(description = "Id or name") @PathVariable String id) {
        return ListView.whole(
                inspection.live(id).vcpus().stream().map(VcpuView::of).toList());
    }

    @Operation(
            operationId = "getMemory",
            summary = "Pages by type and by what holds them",
            description = "In pages of 4 KiB.")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/memory")
    MemorySnapshot memory(@Parameter(description = "Id or name") @PathVariable String id) {
        return inspection.live(id).memory();
    }

    @Operation(operationId = "listPageTables", summary = "Page-table pages in use", description = "Level 4 is the top.")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/page-tables")
    ListView<PageTableSnapshot> pageTables(@Parameter(description = "Id or name") @PathVariable String id) {
        return ListView.whole(inspection.live(id).pageTables());
    }

    @Operation(operationId = "listEventChannels", summary = "Event channels: ports, what they are bound to, and state")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/event-channels")
    ListView<EventChannelSnapshot> eventChannels(@Parameter(description = "Id or name") @PathVariable String id) {
        return ListView.whole(inspection.live(id).eventChannels());
    }

    @Operation(operationId = "listGrants", summary = "Grant table entries in use")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/grants")
    ListView<GrantSnapshot> grants(@Parameter(description = "Id or name") @PathVariable String id) {
        return ListView.whole(inspection.live(id).grants());
    }

    @Operation(operationId = "listXenstore", summary = "The domain's part of xenstore")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/xenstore")
    ListView<XenstoreEntry> xenstore(@Parameter(description = "Id or name") @PathVariable String id) {
        return ListView.whole(inspection.live(id).xenstore());
    }

    @Operation(operationId = "listDevices", summary = "Split drivers and the state of their backends")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE})
    @GetMapping("/devices")
    ListView<DeviceSnapshot> devices(@Parameter(description = "Id or name") @PathVariable String id) {
        return ListView.whole(inspection.live(id).devices());
    }
}
