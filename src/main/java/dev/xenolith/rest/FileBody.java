package dev.xenolith.rest;

import dev.xenolith.control.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/** A body that is a file as it is. A form with a file in it would be stored with its boundaries. */
final class FileBody {

    private FileBody() {}

    static InputStream of(HttpServletRequest request) throws IOException {
        String type = request.getContentType();
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            throw new ProblemException(CurlHint.unsupported(request, type, List.of("application/octet-stream")));
        }
        return request.getInputStream();
    }
}
