/* SPDX-License-Identifier: Apache-2.0 */
/*
 * withhold.h: makes free pages of pebble's own ones that a toolstack cannot exchange, each in a
 * way of its own. One of each kind at a time; all return the pfn of theirs.
 */
#pragma once
#include "types.h"

/* Offered to domain 0 in the grant table. */
u64 withhold_grant(void);

/* Its entry in the machine-to-physical table says that the frame is no page of anybody's. */
u64 withhold_m2p(void);

/* Its entry in pebble's own table says that the page has no frame. */
u64 withhold_p2m(void);

/* Puts everything right again, and frees them; how many there were. */
u64 withhold_none(void);
