package dev.xenolith.engine;

/**
 * What the engine gave with a transparent image that it saved itself ({@link SaveResult#voucher}): with it a restore
 * believes the types and counts that the image's index names instead of making them again. An image from elsewhere must
 * never be given one.
 *
 * @param imageSha256 digest that the image has, in hex; a voucher for another image is of no use, and none is used that
 *     is damaged
 */
public record ImageVoucher(byte[] bytes, String imageSha256) {}
