package dev.xenolith.rest;

import dev.xenolith.control.DomainDefinition;
import dev.xenolith.control.Domains;
import dev.xenolith.control.LifecycleState;
import dev.xenolith.control.NewDomain;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Domain definitions. */
@Tag(name = "Domains", description = "Definitions of domains, running or not")
@RestController
@RequestMapping(path = "/v1/domains", produces = "application/json")
class DomainsController {

    private static final List<String> STATES =
            Arrays.stream(LifecycleState.values()).map(LifecycleState::wire).toList();

    private final Domains domains;
    private final DomainViews views;

    DomainsController(Domains domains, DomainViews views) {
        this.domains = domains;
        this.views = views;
    }

    @Operation(
            operationId = "createDomain",
            summary = "Define a domain and boot it",
            description =
                    "`{}` is enough: pebble, a made-up name, 16 MiB, one vcpu. kernel and ramdisk are ids or names of"
                            + " boot images. With paused the domain is built and waits at its first instruction. Whatever fails"
                            + " leaves nothing behind.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(implementation = NewDomainView.class),
                                            examples = {
                                                @ExampleObject(name = "a domain with all defaults", value = "{}"),
                                                @ExampleObject(
                                                        name = "a named pebble",
                                                        value =
                                                                "{\"name\": \"web-1\", \"memoryMib\": 16, \"labels\": {\"team\": \"blue\"}}"),
                                                @ExampleObject(
                                                        name = "with a clock of its own",
                                                        description = "an hour of an idle guest passes in no time",
                                                        value =
                                                                "{\"name\": \"fast\", \"clock\": {\"mode\": \"virtual\", \"seed\": 1}}"),
                                                @ExampleObject(
                                                        name = "with a kernel of your own",
                                                        description = "after both files were uploaded as boot images",
                                                        value =
                                                                "{\"name\": \"linux-1\", \"kernel\": \"debian-6.1\", \"ramdisk\": \"busybox\", \"memoryMib\": 128, \"commandLine\": \"console=hvc0\"}")
                                            })))
    @ApiResponse(
            responseCode = "201",
            description = "Running, or paused; Location names it",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    @CanAnswer({
        ProblemType.NAME_TAKEN,
        ProblemType.INSUFFICIENT_MEMORY,
        ProblemType.LIMIT_EXCEEDED,
        ProblemType.NO_KERNEL,
        ProblemType.BOOT_IMAGE_UNUSABLE
    })
    @PostMapping(consumes = "application/json")
    ResponseEntity<DomainView> create(@RequestBody(required = false) @Nullable NewDomainView body) {
        NewDomain wanted = body == null ? NewDomainView.EMPTY.toNewDomain() : body.toNewDomain();
        DomainDefinition domain = domains.create(wanted);
        return ResponseEntity.created(URI.create("/v1/domains/" + domain.id())).body(views.of(domain));
    }

    @Operation(operationId = "listDomains", summary = "List domains", description = "In order of their creation.")
    @GetMapping
    ListView<DomainView> list(
            @Parameter(description = "running, paused, suspended, crashed or shutoff")
                    @RequestParam(required = false)
                    @Nullable
                    String state,
            @RequestParam(required = false) @Nullable String name,
            @Parameter(description = "KEY:VALUE") @RequestParam(required = false) @Nullable String label,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return ListView.of(domains.list(Lists.of(limit, cursor, state, STATES, name, label)), views::of);
    }

    @Operation(operationId = "getDomain", summary = "One domain")
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping("/{id}")
    DomainView get(@Parameter(description = "Id or name") @PathVariable String id) {
        return views.of(domains.get(id));
    }

    @Operation(
            operationId = "patchDomain",
            summary = "Change name and labels",
            description =
                    "A merge patch (RFC 7396): what is not named stays, a label set to null goes. Allowed in every"
                            + " state, also while an operation holds the domain.")
    @ApiResponse(
            responseCode = "200",
            description = "The domain as it is now",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    @PatchesNameAndLabels
    DomainView patch(@Parameter(description = "Id or name") @PathVariable String id, @RequestBody JsonNode body) {
        MergePatch patch = MergePatch.of(body);
        return views.of(domains.patch(id, patch.name(), patch.labels(), patch.dropLabels()));
    }

    @Operation(
            operationId = "deleteDomain",
            summary = "Delete a domain",
            description = "One that runs, is paused or suspended only with force, which destroys it first and ends any"
                    + " operation. Its checkpoints stay.")
    @ApiResponse(responseCode = "204", description = "Deleted")
    @CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE, ProblemType.OPERATION_IN_PROGRESS})
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestParam(defaultValue = "false") boolean force) {
        domains.delete(id, force);
    }
}
