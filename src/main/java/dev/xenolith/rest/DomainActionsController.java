package dev.xenolith.rest;

import dev.xenolith.control.Domains;
import dev.xenolith.control.GuestRequests;
import dev.xenolith.control.Lifecycle;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What can be done to a domain. The states it is allowed in are in {@link dev.xenolith.control.ActionTable}. */
@Tag(
        name = "Domain actions",
        description = "Start, pause, suspend, stop; docs/reference/states-and-actions.md has the table")
@RestController
@RequestMapping(path = "/v1/domains/{id}", produces = "application/json")
class DomainActionsController {

    private final Lifecycle lifecycle;
    private final GuestRequests requests;
    private final Domains domains;
    private final DomainViews views;
    private final Answers answers;

    DomainActionsController(
            Lifecycle lifecycle, GuestRequests requests, Domains domains, DomainViews views, Answers answers) {
        this.lifecycle = lifecycle;
        this.requests = requests;
        this.domains = domains;
        this.views = views;
        this.answers = answers;
    }

    /** An action without parameters takes no body or an empty object. */
    @Schema(name = "Nothing")
    record Nothing() {}

    /** How long a guest may take to do what it is asked. */
    @Schema(name = "Patience")
    record Patience(
            @Schema(minimum = "1", maximum = "600", defaultValue = "60") @Nullable
            Integer timeoutSeconds) {}

    @Operation(
            operationId = "startDomain",
            summary = "Boot a domain that is shut off",
            description = "It gets a new domid and goes on with the same console log.")
    @ActsOnDomain
    @CanAnswer({
        ProblemType.NO_KERNEL,
        ProblemType.INSUFFICIENT_MEMORY,
        ProblemType.LIMIT_EXCEEDED,
        ProblemType.BOOT_IMAGE_UNUSABLE
    })
    @PostMapping(path = "/start", consumes = "application/json")
    DomainView start(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(hidden = true) @RequestBody(required = false) @Nullable Nothing body) {
        return views.of(lifecycle.start(id));
    }

    @Operation(
            operationId = "pauseDomain",
            summary = "Freeze a domain without asking it",
            description =
                    "Other products call this suspend, which is something else here. The guest is not asked; when it"
                            + " goes on, it finds that time has passed. Answered once every vcpu and backend stands still.")
    @ActsOnDomain
    @PostMapping(path = "/pause", consumes = "application/json")
    DomainView pause(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(hidden = true) @RequestBody(required = false) @Nullable Nothing body) {
        return views.of(lifecycle.pause(id));
    }

    @Operation(operationId = "unpauseDomain", summary = "Let a paused domain go on")
    @ActsOnDomain
    @PostMapping(path = "/unpause", consumes = "application/json")
    DomainView unpause(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(hidden = true) @RequestBody(required = false) @Nullable Nothing body) {
        return views.of(lifecycle.unpause(id));
    }

    @Operation(
            operationId = "suspendDomain",
            summary = "Ask the guest to quiesce; its memory stays here",
            description = "Not a pause, which asks nobody, and not a save, which stores the domain. The guest stops its"
                    + " devices and all vcpus but one and then suspends itself, as Xen's guests do; resume lets it go"
                    + " on. One that does not within timeoutSeconds goes on as before, and the operation fails as"
                    + " guest-uncooperative. The operation's result has the `examination`: `errors`, for which no image"
                    + " of it could be restored by Xen, and `warnings`, each {code, message}.")
    @ApiResponse(
            responseCode = "200",
            description = "It is suspended: it was before, or the caller waited; then Link names the operation",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    @Asynchronous
    @ActsOnDomain
    @CanAnswer(ProblemType.GUEST_UNCOOPERATIVE)
    @PostMapping(path = "/suspend", consumes = "application/json")
    ResponseEntity<Object> suspend(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestBody(required = false) @Nullable Patience body,
            Prefer prefer)
            throws InterruptedException {
        return answer(requests.suspend(id, body == null ? null : body.timeoutSeconds()), prefer);
    }

    @Operation(
            operationId = "resumeDomain",
            summary = "Let a suspended domain go on where it is",
            description =
                    "Its suspend ends as cancelled: nothing was taken elsewhere, event channels and devices are as"
                            + " they were. Its time stood still; the wall clock moves on.")
    @ActsOnDomain
    @PostMapping(path = "/resume", consumes = "application/json")
    DomainView resume(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(hidden = true) @RequestBody(required = false) @Nullable Nothing body) {
        return views.of(lifecycle.resume(id));
    }

    @Operation(
            operationId = "destroyDomain",
            summary = "End a domain at once, without asking it",
            description = "Like pulling the plug. The definition stays, shut off. A running operation is cancelled and"
                    + " undone first.")
    @CanAnswer(ProblemType.NOT_FOUND)
    @PostMapping(path = "/destroy", consumes = "application/json")
    DomainView destroy(
            @Parameter(description = "Id or name") @PathVariable String id,
            @Parameter(hidden = true) @RequestBody(required = false) @Nullable Nothing body) {
        return views.of(lifecycle.destroy(id));
    }

    @Operation(
            operationId = "shutdownDomain",
            summary = "Ask the guest to power off",
            description =
                    "The operation ends when the guest has done so; one that does not within timeoutSeconds goes on"
                            + " as before, and the operation fails as guest-uncooperative.")
    @ApiResponse(
            responseCode = "200",
            description = "It is shut off: it was before, or the caller waited",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    @Asynchronous
    @ActsOnDomain
    @CanAnswer(ProblemType.GUEST_UNCOOPERATIVE)
    @PostMapping(path = "/shutdown", consumes = "application/json")
    ResponseEntity<Object> shutdown(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestBody(required = false) @Nullable Patience body,
            Prefer prefer)
            throws InterruptedException {
        return answer(requests.shutdown(id, body == null ? null : body.timeoutSeconds()), prefer);
    }

    @Operation(
            operationId = "rebootDomain",
            summary = "Ask the guest to reboot",
            description = "It boots anew from its kernel, with a new domid and the same console log.")
    @ApiResponse(
            responseCode = "200",
            description = "It has rebooted (the caller waited)",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    @Asynchronous
    @ActsOnDomain
    @CanAnswer(ProblemType.GUEST_UNCOOPERATIVE)
    @PostMapping(path = "/reboot", consumes = "application/json")
    ResponseEntity<Object> reboot(
            @Parameter(description = "Id or name") @PathVariable String id,
            @RequestBody(required = false) @Nullable Patience body,
            Prefer prefer)
            throws InterruptedException {
        return answer(requests.reboot(id, body == null ? null : body.timeoutSeconds()), prefer);
    }

    private ResponseEntity<Object> answer(GuestRequests.Asked asked, Prefer prefer) throws InterruptedException {
        if (asked.operation() == null) {
            return ResponseEntity.ok(views.of(asked.domain()));
        }
        String operation = "</v1/operations/" + asked.operation().id() + ">; rel=\"operation\"";
        return answers.of(
                asked.operation(),
                prefer,
                result -> ResponseEntity.ok().header("Link", operation),
                result -> views.of(domains.get(result.id().toString())));
    }
}
