package dev.xenolith.rest;

import dev.xenolith.control.ProblemType;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;

/** What the OpenAPI document says beyond the controllers' annotations: above all, every problem of every call. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    /** Any call may end with one of these. */
    private static final Set<ProblemType> COMMON = EnumSet.of(
            ProblemType.INVALID_REQUEST,
            ProblemType.UNAUTHENTICATED,
            ProblemType.FORBIDDEN,
            ProblemType.NOT_ACCEPTABLE,
            ProblemType.INTERNAL);

    /** So may a call that takes JSON or text. */
    private static final Set<ProblemType> WITH_BODY =
            EnumSet.of(ProblemType.PAYLOAD_TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE);

    static final String PROBLEM_JSON = "application/problem+json";

    @Bean
    OpenAPI description() {
        return new OpenAPI()
                .info(new Info()
                        .title("Xenolith")
                        .version("v1")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0"))
                        .description("""
                                A Xen-compatible paravirtual hypervisor inside a JVM.

                                **pause** freezes a domain without asking it. **checkpoint** stores it. **restore** makes a \
                                running domain of a checkpoint. Work that takes long is an **operation**: 202, or, with \
                                `Prefer: wait=30`, its result. Ids and names are interchangeable in paths. Errors are \
                                problems (RFC 9457) whose `type` never changes."""))
                .servers(List.of(new Server().url("/")))
                .components(new Components()
                        .addSecuritySchemes(
                                "token",
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .description("Only where the server was started with XENOLITH_TOKEN"))
                        .addSchemas("Problem", problemSchema()))
                .security(List.of(new SecurityRequirement(), new SecurityRequirement().addList("token")));
    }

    private static Schema<?> problemSchema() {
        Schema<?> type = new Schema<String>().type("string").example(ProblemType.WRONG_STATE.uri());
        List<String> uris =
                Arrays.stream(ProblemType.values()).map(ProblemType::uri).toList();
        type.description("One of: " + String.join(", ", uris));
        Schema<?> schema = new Schema<Object>()
                .type("object")
                .description("RFC 9457; besides these, the members of its type: state, limit, errors …");
        schema.addProperty("type", type);
        schema.addProperty("title", new Schema<String>().type("string"));
        schema.addProperty("status", new Schema<Integer>().type("integer"));
        schema.addProperty("detail", new Schema<String>().type("string"));
        schema.addProperty("instance", new Schema<String>().type("string"));
        schema.setAdditionalProperties(true);
        schema.setRequired(List.of("type", "title", "status", "detail"));
        return schema;
    }

    @Bean
    OperationCustomizer problems() {
        return (operation, handler) -> {
            possible(handler)
                    .forEach((status, types) ->
                            operation.getResponses().addApiResponse(Integer.toString(status), problemResponse(types)));
            return operation;
        };
    }

    private static Map<Integer, Set<ProblemType>> possible(HandlerMethod handler) {
        Set<ProblemType> types = EnumSet.copyOf(COMMON);
        AnnotatedElementUtils.findAllMergedAnnotations(handler.getMethod(), CanAnswer.class)
                .forEach(own -> types.addAll(Arrays.asList(own.value())));
        RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), RequestMapping.class);
        if (mapping != null && mapping.consumes().length > 0) {
            types.addAll(WITH_BODY);
        }
        Map<Integer, Set<ProblemType>> byStatus = new TreeMap<>();
        types.forEach(type -> byStatus.computeIfAbsent(type.status(), status -> EnumSet.noneOf(ProblemType.class))
                .add(type));
        return byStatus;
    }

    private static ApiResponse problemResponse(Set<ProblemType> types) {
        MediaType json = new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"));
        for (ProblemType type : types) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("type", type.uri());
            value.put("title", type.title());
            value.put("status", type.status());
            value.put("detail", type.title());
            json.addExamples(type.wire(), new Example().value(value));
        }
        return new ApiResponse()
                .description(
                        String.join(", ", types.stream().map(ProblemType::wire).toList()))
                .content(new Content().addMediaType(PROBLEM_JSON, json));
    }
}
