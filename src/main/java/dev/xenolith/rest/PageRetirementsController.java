package dev.xenolith.rest;

import dev.xenolith.control.PageRetirements;
import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Frames and pages taken out of use, under guests that live on. */
@Tag(
        name = "Page retirements",
        description = "Take machine frames out of use with nothing lost; docs/how-to/rehearse-a-failing-dimm.md")
@RestController
@RequestMapping(path = "/v1/page-retirements", produces = "application/json")
class PageRetirementsController {

    private final PageRetirements retirements;
    private final Answers answers;

    PageRetirementsController(PageRetirements retirements, Answers answers) {
        this.retirements = retirements;
        this.answers = answers;
    }

    @Operation(
            operationId = "retirePages",
            summary = "Take frames out of use, and move what they hold",
            description =
                    "A free frame goes offline at once. For one that a domain has, mode exchange suspends its guest,"
                            + " gives it another machine frame with the same contents, and lets it go on; a page that cannot be"
                            + " moved stays pending, with the reason, and goes offline the moment its owner lets go of it. A"
                            + " guest that does not suspend within timeoutSeconds, or that is paused, goes on as before, and its"
                            + " pages are pending: guest-must-suspend. Frames may lie in several domains: each has its turn, and"
                            + " what fails in one's is undone there only. Mode backing asks no guest. With dryRun nothing"
                            + " changes, and the answer says what would happen.")
    @ApiResponse(
            responseCode = "200",
            description = "What became of each page (the caller waited, or it is a dry run)",
            content = @Content(schema = @Schema(implementation = PageRetirementView.class)))
    @Asynchronous
    @ActsOnDomain
    @CanAnswer({ProblemType.LIMIT_EXCEEDED})
    @PostMapping(consumes = "application/json")
    ResponseEntity<Object> retire(@RequestBody NewPageRetirementView body, Prefer prefer) throws InterruptedException {
        if (body.isDryRun()) {
            return ResponseEntity.ok(PageRetirementView.of(retirements.examine(body.toRequest()), true));
        }
        return answers.of(
                retirements.retire(body.toRequest()),
                prefer,
                result -> ResponseEntity.ok(),
                result -> PageRetirementView.of(retirements.get(result.id().toString()), false));
    }

    @Operation(
            operationId = "listPageRetirements",
            summary = "List retirements",
            description =
                    "In order of their creation. A page that was pending then and is offline now shows as offlined.")
    @GetMapping
    ListView<PageRetirementView> list(
            @Parameter(description = "Name of a domain concerned") @RequestParam(required = false) @Nullable
                    String name,
            @RequestParam(defaultValue = Lists.DEFAULT_LIMIT) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return ListView.of(
                retirements.list(Lists.of(limit, cursor, null, List.of(), name, null)),
                retirement -> PageRetirementView.of(retirement, false));
    }

    @Operation(operationId = "getPageRetirement", summary = "One retirement, page by page")
    @CanAnswer(ProblemType.NOT_FOUND)
    @GetMapping("/{id}")
    PageRetirementView get(@PathVariable String id) {
        return PageRetirementView.of(retirements.get(id), false);
    }
}
