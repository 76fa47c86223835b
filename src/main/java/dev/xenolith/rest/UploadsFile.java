package dev.xenolith.rest;

import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A call whose body is a file, of any content type. See {@link FileBody}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@RequestBody(
        required = true,
        content =
                @Content(mediaType = "application/octet-stream", schema = @Schema(type = "string", format = "binary")))
@CanAnswer({
    ProblemType.NAME_TAKEN,
    ProblemType.PAYLOAD_TOO_LARGE,
    ProblemType.UNSUPPORTED_MEDIA_TYPE,
    ProblemType.STORAGE_FULL
})
@interface UploadsFile {}
