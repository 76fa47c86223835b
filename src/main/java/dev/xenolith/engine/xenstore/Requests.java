package dev.xenolith.engine.xenstore;

import dev.xenolith.engine.abi.Errno;
import dev.xenolith.engine.abi.XenstoreWire;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The messages a guest may send, each with its answer ({@code docs/misc/xenstore.txt}). */
final class Requests {

    private static final int MAX_DOMID = 65535;
    private static final Payload DONE = Payload.ofStrings(List.of("OK"));

    private final StoreClient client;
    private final Outbox outbox;

    Requests(StoreClient client, Outbox outbox) {
        this.client = client;
        this.outbox = outbox;
    }

    /** Carries one request out and puts its answer, or its error, into the outbox. */
    void handle(int type, int requestId, int transactionId, Payload payload) {
        try {
            Payload answer = answer(type, transactionId, payload);
            if (answer.bytes().length > XenstoreWire.PAYLOAD_MAX) {
                throw new StoreFailure(Errno.E2BIG);
            }
            outbox.reply(type, requestId, transactionId, answer);
            if (type == XenstoreWire.WATCH) {
                Watch watch = client.watches().getLast();
                client.send(watch, watch.path());
            }
        } catch (StoreFailure failure) {
            Payload name = Payload.ofStrings(List.of(ErrorName.of(failure.errno())));
            outbox.reply(XenstoreWire.ERROR, requestId, transactionId, name);
        }
    }

    private Payload answer(int type, int transactionId, Payload payload) {
        return switch (type) {
            case XenstoreWire.WATCH -> watch(payload);
            case XenstoreWire.UNWATCH -> unwatch(payload);
            case XenstoreWire.CONTROL,
                    XenstoreWire.INTRODUCE,
                    XenstoreWire.RELEASE,
                    XenstoreWire.IS_DOMAIN_INTRODUCED,
                    XenstoreWire.RESUME,
                    XenstoreWire.SET_TARGET -> throw new StoreFailure(Errno.EACCES);
            default -> answer(type, client.view(transactionId), payload);
        };
    }

    private Payload answer(int type, NodeView view, Payload payload) {
        NodeOperations nodes = new NodeOperations(client, view);
        return switch (type) {
            case XenstoreWire.DIRECTORY -> directory(nodes, payload);
            case XenstoreWire.DIRECTORY_PART -> directoryPart(nodes, payload);
            case XenstoreWire.READ ->
                new Payload(nodes.read(path(payload.one())).value());
            case XenstoreWire.GET_PERMS -> permissions(nodes, payload);
            case XenstoreWire.SET_PERMS -> setPermissions(nodes, payload);
            case XenstoreWire.WRITE -> {
                nodes.write(path(payload.first()), payload.afterFirst());
                yield DONE;
            }
            case XenstoreWire.MKDIR -> {
                nodes.mkdir(path(payload.one()));
                yield DONE;
            }
            case XenstoreWire.RM -> {
                nodes.remove(path(payload.one()));
                yield DONE;
            }
            case XenstoreWire.TRANSACTION_START -> start(view);
            case XenstoreWire.TRANSACTION_END -> end(view, payload);
            case XenstoreWire.GET_DOMAIN_PATH -> {
                int domid = Numbers.decimal(payload.one(), MAX_DOMID);
                yield Payload.ofStrings(List.of(GuestNames.home(domid)));
            }
            case XenstoreWire.RESET_WATCHES -> {
                client.reset();
                yield DONE;
            }
            default -> throw new StoreFailure(Errno.ENOSYS);
        };
    }

    private Payload watch(Payload payload) {
        List<String> words = exactly(2, payload);
        client.addWatch(words.get(0), words.get(1));
        return DONE;
    }

    private Payload unwatch(Payload payload) {
        List<String> words = exactly(2, payload);
        client.removeWatch(words.get(0), words.get(1));
        return DONE;
    }

    private Payload directory(NodeOperations nodes, Payload payload) {
        String path = path(payload.one());
        return Payload.ofStrings(
                client.names().swapChildren(path, nodes.read(path).children()));
    }

    /** A part of a list that is too long for one message: from a byte offset on, whole names only. */
    private Payload directoryPart(NodeOperations nodes, Payload payload) {
        List<String> words = exactly(2, payload);
        String path = path(words.get(0));
        Node node = nodes.read(path);
        byte[] all = Payload.ofStrings(client.names().swapChildren(path, node.children()))
                .bytes();
        byte[] generation =
                Payload.ofStrings(List.of(Long.toString(node.generation()))).bytes();
        int offset = Numbers.decimal(words.get(1), Integer.MAX_VALUE);
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        part.writeBytes(generation);
        int end = Math.max(offset, 0);
        int most = XenstoreWire.PAYLOAD_MAX - generation.length - 1;
        while (end < all.length) {
            int next = end;
            while (all[next] != 0) {
                next++;
            }
            if (next + 1 - offset > most) {
                break;
            }
            end = next + 1;
        }
        if (offset < all.length) {
            part.write(all, offset, end - offset);
        }
        if (end >= all.length) {
            part.write(0);
        }
        return new Payload(part.toByteArray());
    }

    private Payload permissions(NodeOperations nodes, Payload payload) {
        Node node = nodes.read(client.resolve(payload.one(), true));
        return Payload.ofStrings(node.permissions().stream()
                .map(permission -> client.names().swap(permission).toString())
                .toList());
    }

    private Payload setPermissions(NodeOperations nodes, Payload payload) {
        List<String> words = payload.strings();
        if (words.size() < 2) {
            throw new StoreFailure(Errno.EINVAL);
        }
        client.requirePermissions(words.size() - 1);
        List<Permission> permissions = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            permissions.add(client.names().swap(Permission.parse(word)));
        }
        nodes.setPermissions(client.resolve(words.getFirst(), true), List.copyOf(permissions));
        return DONE;
    }

    private Payload start(NodeView view) {
        if (view instanceof Transaction) {
            throw new StoreFailure(Errno.EBUSY);
        }
        String id = Integer.toUnsignedString(client.begin().id());
        return new Payload((id + '\0').getBytes(StandardCharsets.ISO_8859_1));
    }

    private Payload end(NodeView view, Payload payload) {
        String word = payload.one();
        if (!word.equals("T") && !word.equals("F")) {
            throw new StoreFailure(Errno.EINVAL);
        }
        if (!(view instanceof Transaction transaction)) {
            throw new StoreFailure(Errno.ENOENT);
        }
        client.end(transaction, word.equals("T"));
        return DONE;
    }

    private String path(String given) {
        return client.resolve(given, false);
    }

    private static List<String> exactly(int count, Payload payload) {
        List<String> words = payload.strings();
        if (words.size() != count) {
            throw new StoreFailure(Errno.EINVAL);
        }
        return words;
    }
}
