package dev.xenolith.rest;

import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A call that starts an operation: 202, or with {@link Prefer} what came of it. See {@link Answers}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ApiResponse(
        responseCode = "202",
        description = "Under way; Location names the operation",
        content = @Content(schema = @Schema(implementation = OperationView.Accepted.class)))
@CanAnswer({ProblemType.NOT_FOUND, ProblemType.CANCELLED})
@interface Asynchronous {}
