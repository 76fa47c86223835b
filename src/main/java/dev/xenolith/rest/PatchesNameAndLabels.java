package dev.xenolith.rest;

import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

/** A call that takes a {@link MergePatch}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@RequestMapping(
        method = RequestMethod.PATCH,
        path = "/{id}",
        consumes = {MergePatch.MEDIA_TYPE, "application/json"})
@RequestBody(
        required = true,
        content =
                @Content(
                        mediaType = MergePatch.MEDIA_TYPE,
                        schema = @Schema(implementation = MergePatch.Document.class),
                        examples = {
                            @ExampleObject(name = "another name", value = "{\"name\": \"web-2\"}"),
                            @ExampleObject(name = "a label", value = "{\"labels\": {\"team\": \"green\"}}"),
                            @ExampleObject(name = "without it", value = "{\"labels\": {\"team\": null}}")
                        }))
@CanAnswer({ProblemType.NOT_FOUND, ProblemType.NAME_TAKEN, ProblemType.LIMIT_EXCEEDED})
@interface PatchesNameAndLabels {}
