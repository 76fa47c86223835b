/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xenstore.c: one request at a time. Watch events come in between, whenever they like; what
 * matters is only which watch fired, so nothing has to be queued. A reply that comes after its
 * request was given up is known by its request id and dropped.
 */
#include "xenstore.h"
#include "clock.h"
#include "events.h"
#include "hypercall.h"
#include "memory.h"
#include "traps.h"

/* How long an answer may take; one that did not answer at all is not waited for again. */
#define PATIENCE (5 * NANOSECONDS)
#define PATIENCE_LOST (10 * MILLISECOND)

static volatile struct xenstore_ring *ring;
static struct xenstore_header reply;
static char payload[XENSTORE_PAYLOAD_MAX + 1];
static bool fired[WATCHES];
static u64 give_up;
static bool answers = true;

static bool late(void) { return clock_now() >= give_up; }

static bool room_in_ring(void) {
    return ring->request_prod - ring->request_cons < sizeof ring->request || late();
}

static bool data_in_ring(void) { return ring->response_prod != ring->response_cons || late(); }

static bool send(const void *data, u32 length) {
    for (const char *byte = data; length--; byte++) {
        if (!room_in_ring()) {
            events_notify(start_info->store_evtchn);
            wait_until(room_in_ring());
            if (late()) return false;
        }
        ring->request[ring->request_prod % sizeof ring->request] = *byte;
        memory_barrier();
        ring->request_prod++;
    }
    return true;
}

static bool receive(void *data, u32 length) {
    for (char *byte = data; length--; byte++) {
        if (ring->response_prod == ring->response_cons) {
            events_notify(start_info->store_evtchn);
            wait_until(data_in_ring());
            if (ring->response_prod == ring->response_cons) return false;
        }
        memory_barrier();
        *byte = ring->response[ring->response_cons % sizeof ring->response];
        memory_barrier();
        ring->response_cons++;
    }
    return true;
}

/* A watch event is the path that changed and the token given with the watch: a digit. */
static void note_watch_event(void) {
    const char *token = payload + strlen(payload) + 1;
    if (token < payload + reply.length && *token >= '0' && *token < '0' + WATCHES) fired[*token - '0'] = true;
}

static bool receive_message(void) {
    if (!receive(&reply, sizeof reply)) return false;
    assert(reply.length <= XENSTORE_PAYLOAD_MAX);
    if (!receive(payload, reply.length)) return false;
    payload[reply.length] = 0;
    answers = true;
    events_notify(start_info->store_evtchn);
    if (reply.type == XS_WATCH_EVENT) note_watch_event();
    return true;
}

/* Two strings are the most that any request has; the second may be sent without its NUL. */
static const char *request(enum xenstore_message type, const char *first, const char *second, u32 second_length) {
    static u32 last_id;
    if (!ring) return "no xenstore";
    give_up = clock_now() + (answers ? PATIENCE : PATIENCE_LOST);
    answers = false;
    clock_alarm(give_up + MILLISECOND);
    u32 first_length = strlen(first) + 1;
    struct xenstore_header header = {type, ++last_id, 0, first_length + second_length};
    if (header.length > XENSTORE_PAYLOAD_MAX) return "E2BIG";
    bool sent = send(&header, sizeof header) && send(first, first_length) && send(second, second_length);
    events_notify(start_info->store_evtchn);
    if (!sent) return "no answer";
    do
        if (!receive_message()) return "no answer";
    while (reply.type == XS_WATCH_EVENT || reply.request_id != last_id);
    return reply.type == XS_ERROR ? payload : 0;
}

const char *xenstore_read(const char *path, char *value, u32 room) {
    const char *error = request(XS_READ, path, 0, 0);
    text_copy(value, error ? "" : payload, room);
    return error;
}

const char *xenstore_write(const char *path, const char *value) {
    return request(XS_WRITE, path, value, strlen(value));
}

const char *xenstore_remove(const char *path) { return request(XS_RM, path, 0, 0); }

const char *xenstore_directory(const char *path, const char **names, u32 *length) {
    const char *error = request(XS_DIRECTORY, path, 0, 0);
    *names = payload;
    *length = error ? 0 : reply.length;
    return error;
}

const char *xenstore_watch(const char *path, enum watch watch) {
    char token[] = {'0' + watch, 0};
    return request(XS_WATCH, path, token, sizeof token);
}

bool xenstore_watch_fired(enum watch watch) {
    bool was = fired[watch];
    fired[watch] = false;
    return was;
}

void xenstore_collect(void) {
    give_up = clock_now() + PATIENCE;
    while (ring && ring->response_prod != ring->response_cons)
        if (!receive_message()) return;
}

void xenstore_resume(void) {
    ring = pfn_pointer(mfn_pfn(start_info->store_mfn));
    events_bind(start_info->store_evtchn, SOURCE_XENSTORE);
}

void xenstore_attach(void) {
    if (start_info->store_evtchn) xenstore_resume();
}

/* No request is ever under way outside request(); only watch events may wait. */
void xenstore_suspend(void) {
    xenstore_collect();
    ring = 0;
}
