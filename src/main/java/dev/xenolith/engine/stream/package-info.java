/**
 * The bytes of a saved domain: Xen's three nested formats, mirrored field by field, and nothing of what they mean to a
 * running domain (that is {@code checkpoint}).
 *
 * <pre>
 *   xl header      magic, byte order, flags, the domain's configuration as opaque bytes   tools/xl/xl.h
 *   libxl stream   v2: header, LIBXC_CONTEXT ... END               docs/specs/libxl-migration-stream.pandoc
 *     libxc stream v3 written, v2 and v3 read: headers, records, END     docs/specs/libxc-migration-stream.pandoc
 *       domain-context entries, inside one of our own records            {@code context}
 * </pre>
 *
 * <p>One file per struct, each with {@code encode} and {@code decode}; {@link StreamRecords} walks an image,
 * {@link StreamRules} knows which record may follow which, {@link StreamVerifier} reads all of it. Images are written
 * in order to a channel ({@link ImageSink}) and read at random from a file ({@link ImageBytes}) with plain positional
 * reads: a file that shrinks under us is a corrupt image, not a fault of the JVM.
 *
 * <p>Whose fault: bytes that break a rule are an {@code ImageCorruptException} with record, offset, expected and got;
 * sound bytes that ask for what this host lacks are an {@code ImageIncompatibleException}. Reserved fields are written
 * zero and ignored when read, as the specification says; only the verifier remarks on them.
 */
@NullMarked
package dev.xenolith.engine.stream;

import org.jspecify.annotations.NullMarked;
