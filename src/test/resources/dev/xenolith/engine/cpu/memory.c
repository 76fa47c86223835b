/*
 * Memory-heavy: shell sort, linked list and copies over a working set of 64 KiB to 256 KiB. Built as alu.c is.
 * start(rdi = rounds, rsi = 512 KiB of memory) returns its result in rax and ends with hlt.
 */
typedef unsigned int u32;
typedef unsigned long u64;

static u64 work(u64 rounds, char *memory);

void start(u64 rounds, char *memory)
{
    u64 r = work(rounds, memory);
    for (;;)
        __asm__ volatile("hlt" : : "a"(r));
}

#define N 8192

struct node { struct node *next; u64 value; };

__attribute__((noinline)) static void sort(u32 *v)
{
    for (int gap = N / 2; gap > 0; gap /= 2)
        for (int i = gap; i < N; i++) {
            u32 x = v[i];
            int j = i;
            for (; j >= gap && v[j - gap] > x; j -= gap)
                v[j] = v[j - gap];
            v[j] = x;
        }
}

__attribute__((noinline)) static u64 walk(struct node *n)
{
    u64 sum = 0;
    for (; n; n = n->next)
        sum = sum * 3 + n->value;
    return sum;
}

__attribute__((noinline)) static u64 work(u64 rounds, char *memory)
{
    u32 *v = (u32 *)memory;
    struct node *nodes = (struct node *)(memory + 0x10000);
    u64 sum = 0, seed = 88172645463325252ul;
    for (u64 r = 0; r < rounds; r++) {
        for (int i = 0; i < N; i++) {
            seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17;
            v[i] = (u32)seed;
        }
        sort(v);
        for (int i = 0; i < N; i++) {
            int at = (i * 2654435761u) & (N - 1), to = ((i + 1) * 2654435761u) & (N - 1);
            nodes[at].next = i == N - 1 ? 0 : &nodes[to];
            nodes[at].value = v[i];
        }
        for (int k = 0; k < 8; k++)
            sum += walk(nodes);
        u64 *from = (u64 *)memory, *to = (u64 *)(memory + 0x40000);
        for (int i = 0; i < N; i++)
            to[i] = from[i] + sum;
    }
    return sum;
}
