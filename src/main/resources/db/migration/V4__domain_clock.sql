-- Where a domain's time comes from.

alter table domain add column clock varchar(100) default '{"mode":"real","seed":0}' not null;
