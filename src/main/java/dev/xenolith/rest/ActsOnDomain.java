package dev.xenolith.rest;

import dev.xenolith.control.ProblemType;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A call that changes a domain's lifecycle, and so can come at a wrong time. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@CanAnswer({ProblemType.NOT_FOUND, ProblemType.WRONG_STATE, ProblemType.OPERATION_IN_PROGRESS})
@interface ActsOnDomain {}
