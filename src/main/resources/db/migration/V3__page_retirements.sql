-- Pages taken out of use, and the frames that must be so again before any domain exists. A frame's number means a piece of
-- memory only on a host of the same size.

create table page_retirement (
    id          uuid primary key,
    version     bigint not null,
    domain_id   uuid,
    domain_name varchar(63),
    mode        varchar(20) not null,
    seed        bigint,
    pages       text not null,
    created_at  timestamp(6) with time zone not null
);
create index page_retirement_order on page_retirement (created_at, id);

create table retired_frame (
    mfn         bigint primary key,
    broken      boolean not null,
    host_frames bigint not null
);
