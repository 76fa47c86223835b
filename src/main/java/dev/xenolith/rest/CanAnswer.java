package dev.xenolith.rest;

import dev.xenolith.control.ProblemType;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The problems a call can answer with, besides those of every call, see {@link OpenApiConfiguration}. */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@interface CanAnswer {
    ProblemType[] value();
}
