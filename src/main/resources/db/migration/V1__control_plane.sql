-- What the control plane keeps. Structured values that are never searched are JSON in text columns.

create table boot_image (
    id         uuid primary key,
    version    bigint not null,
    name       varchar(127) not null unique,
    size_bytes bigint not null,
    sha256     varchar(64) not null,
    format     varchar(20) not null,
    builtin    boolean not null,
    created_at timestamp(6) with time zone not null
);
create index boot_image_order on boot_image (created_at, id);
create index boot_image_sha256 on boot_image (sha256);

create table domain (
    id           uuid primary key,
    version      bigint not null,
    name         varchar(63) not null unique,
    memory_mib   integer not null,
    vcpus        integer not null,
    kernel_id    uuid references boot_image (id),
    ramdisk_id   uuid references boot_image (id),
    command_line varchar(1023) not null,
    labels       text not null,
    created_at   timestamp(6) with time zone not null,
    state        varchar(20) not null,
    state_reason varchar(30) not null,
    state_detail text,
    state_since  timestamp(6) with time zone not null,
    domid        integer
);
create index domain_order on domain (created_at, id);

-- A checkpoint outlives its domain: what it was is in origin.
create table checkpoint (
    id           uuid primary key,
    version      bigint not null,
    name         varchar(63) not null unique,
    origin       text not null,
    mode         varchar(20) not null,
    format       varchar(20) not null,
    state        varchar(20) not null,
    state_detail text,
    size_bytes   bigint not null,
    sha256       varchar(64) not null,
    pages        text not null,
    timings      text not null,
    state_digest varchar(128) not null,
    guest        text not null,
    labels       text not null,
    created_at   timestamp(6) with time zone not null
);
create index checkpoint_order on checkpoint (created_at, id);

create table operation (
    id               uuid primary key,
    version          bigint not null,
    kind             varchar(30) not null,
    target           text not null,
    state            varchar(20) not null,
    phase            varchar(60),
    progress         text,
    result           text,
    problem          text,
    rolled_back      boolean,
    cancel_requested boolean not null,
    created_at       timestamp(6) with time zone not null,
    started_at       timestamp(6) with time zone,
    finished_at      timestamp(6) with time zone
);
create index operation_order on operation (created_at, id);
create index operation_finished on operation (finished_at);

create table event (
    sequence     bigint generated always as identity primary key,
    at           timestamp(6) with time zone not null,
    type         varchar(60) not null,
    kind         varchar(30) not null,
    subject_id   uuid,
    subject_name varchar(127),
    data         text not null
);
