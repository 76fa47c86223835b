package dev.xenolith.engine.stream;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * State as JSON can say it: maps, lists, texts, numbers of at most 32 bits, booleans and nulls. JSON's numbers end at 53
 * bits, so what is longer is hexadecimal text, as are bytes.
 */
final class StateTree {

    private StateTree() {}

    static Object scalar(Object value) {
        return switch (value) {
            case Long number -> hex(number);
            case Byte number -> Byte.toUnsignedInt(number);
            case Short number -> Short.toUnsignedInt(number);
            default -> value;
        };
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    static String bytes(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static List<Object> longs(long[] numbers) {
        List<Object> list = new ArrayList<>(numbers.length);
        for (long number : numbers) {
            list.add(hex(number));
        }
        return list;
    }

    static List<Object> ints(int[] numbers) {
        List<Object> list = new ArrayList<>(numbers.length);
        for (int number : numbers) {
            list.add(number);
        }
        return list;
    }
}
