/* SPDX-License-Identifier: Apache-2.0 */
/* text.h: what little pebble needs of C's string functions. */
#pragma once
#include "types.h"

void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
int memcmp(const void *a, const void *b, size_t length);
size_t strlen(const char *text);
bool text_equal(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);
void text_copy(char *to, const char *from, size_t room);

/* Reads a decimal or 0x number; moves *text behind it. False if there is none. */
bool text_number(const char **text, u64 *value);

/* Writes a number and a closing NUL; returns where the NUL is. */
char *text_decimal(char *to, u64 value);
