package dev.xenolith.rest;

import dev.xenolith.control.CheckpointRecords;
import dev.xenolith.control.ProblemType;
import dev.xenolith.engine.ImageRecordsPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The inside of checkpoint images. */
@Tag(name = "Checkpoints")
@RestController
@RequestMapping(path = "/v1/checkpoints/{id}/records", produces = "application/json")
class CheckpointRecordsController {

    private final CheckpointRecords records;

    CheckpointRecordsController(CheckpointRecords records) {
        this.records = records;
    }

    @Operation(
            operationId = "listCheckpointRecords",
            summary = "What a checkpoint's image is made of",
            description =
                    "Every record of Xen's stream and of ours, with its place and what it says; docs/reference/stream-format.md"
                            + " explains them. A damaged image is listed as far as the order of its records can be told.")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.IMAGE_CORRUPT})
    @GetMapping
    ListView<RecordView> list(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(description = "Only records of this name", example = "VCPU")
                    @RequestParam(required = false)
                    @Nullable
                    String name,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        ImageRecordsPage page = records.list(id, Lists.numberCursor(cursor), Lists.checkLimit(limit), name);
        Long next = page.nextPosition();
        return new ListView<>(
                page.records().stream().map(RecordView::of).toList(), next == null ? null : Long.toString(next));
    }

    @Operation(
            operationId = "getCheckpointRecord",
            summary = "One record, with its contents",
            description = "contents is there for the state that only the hypervisor holds: XENOLITH_TRANSPARENT and the"
                    + " records of layer context. Numbers of 64 bits and bytes are hexadecimal text.")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.IMAGE_CORRUPT, ProblemType.IMAGE_INCOMPATIBLE})
    @GetMapping("/{position}")
    RecordView.Opened get(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(description = "position in the list", example = "0") @PathVariable long position) {
        CheckpointRecords.Opened opened = records.get(id, position);
        return new RecordView.Opened(RecordView.of(opened.record()), opened.contents());
    }
}
