-- A retirement concerns any number of domains, as JSON in the order of their turns.

alter table page_retirement add column domains text default '[]' not null;
update page_retirement
   set domains = '[{"id":"' || domain_id || '","name":"' || domain_name || '","domid":0,"outcome":null,"detail":null}]'
 where domain_id is not null;
alter table page_retirement drop column domain_id;
alter table page_retirement drop column domain_name;
