/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xenstore.h: a client of xenstore over its ring. Paths without a leading slash are relative to
 * /local/domain/<domid>. Every call returns null, or why it failed (xenstore's error name).
 */
#pragma once
#include "xen_abi.h"

void xenstore_attach(void);
void xenstore_suspend(void);
void xenstore_resume(void);

const char *xenstore_read(const char *path, char *value, u32 room);
const char *xenstore_write(const char *path, const char *value);
const char *xenstore_remove(const char *path);
/* The reply holds the names of the children, each closed by a NUL; it is good until the next call. */
const char *xenstore_directory(const char *path, const char **names, u32 *length);

enum watch { WATCH_SHUTDOWN, WATCHES };
const char *xenstore_watch(const char *path, enum watch watch);
/* Whether the watch fired since the last call. */
bool xenstore_watch_fired(enum watch watch);
/* Takes events out of the ring; for SOURCE_XENSTORE. */
void xenstore_collect(void);
