package dev.xenolith.rest;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Rough edges of the generated document that would mislead a generated client. */
@Configuration(proxyBeanMethods = false)
class OpenApiTidying {

    /** What callers send; in everything that they receive, every field is always there. */
    private static final Set<String> REQUESTS = Set.of(
            "NewDomain",
            "NewCheckpoint",
            "RestoreTarget",
            "NameAndLabels",
            "Patience",
            "ConsoleLine",
            "Clock",
            "Problem");

    private static final List<String> TAGS = List.of(
            "Domains",
            "Domain actions",
            "Console",
            "Checkpoints",
            "Boot images",
            "Operations",
            "Events",
            "Inside a domain",
            "Host");

    @Bean
    OpenApiCustomizer tidy() {
        return api -> {
            if (api.getTags() != null) {
                api.getTags().sort((a, b) -> TAGS.indexOf(a.getName()) - TAGS.indexOf(b.getName()));
            }
            api.getPaths()
                    .values()
                    .forEach(path -> path.readOperations().forEach(call -> {
                        dropEmptyContents(call);
                        shareProblems(api, call);
                        textIsNoBase64(call);
                    }));
            api.getComponents().getSchemas().forEach(OpenApiTidying::tidy);
        };
    }

    private static void dropEmptyContents(Operation call) {
        call.getResponses().values().forEach(response -> {
            if (response.getContent() != null && response.getContent().isEmpty()) {
                response.setContent(null);
            }
        });
    }

    /** The same problems answer many calls: each set of them is written once. */
    private static void shareProblems(OpenAPI api, Operation call) {
        call.getResponses().replaceAll((status, response) -> {
            if (response.getContent() == null
                    || !response.getContent().containsKey(OpenApiConfiguration.PROBLEM_JSON)) {
                return response;
            }
            String name = response.getDescription().replace(", ", ".");
            api.getComponents().addResponses(name, response);
            return new ApiResponse().$ref("#/components/responses/" + name);
        });
    }

    private static void textIsNoBase64(Operation call) {
        if (call.getRequestBody() != null && call.getRequestBody().getContent().get("text/plain") != null) {
            call.getRequestBody()
                    .getContent()
                    .get("text/plain")
                    .setSchema(new Schema<String>().types(Set.of("string")));
        }
    }

    @SuppressWarnings({"rawtypes", "unchecked"}) // The model's properties are raw.
    private static void tidy(String name, Schema schema) {
        if (schema.getProperties() == null) {
            return;
        }
        schema.getProperties().replaceAll((property, type) -> orNull((Schema) type));
        if (!REQUESTS.contains(name)) {
            schema.setRequired(new ArrayList<>(schema.getProperties().keySet()));
        }
    }

    /** A reference that may be null: both at once would be satisfied by nothing. */
    @SuppressWarnings("rawtypes")
    private static Schema<?> orNull(Schema type) {
        if (type.get$ref() == null || type.getTypes() == null) {
            return type;
        }
        return new Schema<Object>()
                .anyOf(List.of(new Schema<>().$ref(type.get$ref()), new Schema<>().types(Set.of("null"))))
                .description(type.getDescription());
    }
}
