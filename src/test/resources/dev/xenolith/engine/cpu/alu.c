/*
 * ALU-heavy: rounds of SHA-256's mixing and xorshift, in registers. Built by
 *   gcc -O2 -march=x86-64 -mno-sse -ffreestanding -nostdlib -fcf-protection=none -fno-tree-vectorize -fno-toplevel-reorder -static -Wl,-Ttext=0x400000 -Wl,--build-id=none -e start -o alu.elf alu.c
 *   objcopy -O binary -j .text alu.elf alu.bin
 * start(rdi = rounds) returns its result in rax and ends with hlt.
 */
typedef unsigned int u32;
typedef unsigned long u64;

static u64 mix(u64 rounds);

void start(u64 rounds)
{
    u64 r = mix(rounds);
    for (;;)
        __asm__ volatile("hlt" : : "a"(r));
}

static inline u32 ror(u32 x, int n) { return x >> n | x << (32 - n); }

__attribute__((noinline)) static u64 mix(u64 rounds)
{
    u32 a = 0x6a09e667, b = 0xbb67ae85, c = 0x3c6ef372, d = 0xa54ff53a;
    u32 e = 0x510e527f, f = 0x9b05688c, g = 0x1f83d9ab, h = 0x5be0cd19;
    u64 s = 0x9e3779b97f4a7c15ul;
    for (u64 i = 0; i < rounds; i++) {
        s ^= s << 13; s ^= s >> 7; s ^= s << 17;
        u32 t1 = h + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & f) ^ (~e & g)) + (u32)s;
        u32 t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g; g = f; f = e; e = d + t1;
        d = c; c = b; b = a; a = t1 + t2;
        if (t1 & 1)
            s += a;
    }
    return ((u64)(a ^ c ^ e ^ g) << 32 | (b ^ d ^ f ^ h)) ^ s;
}
