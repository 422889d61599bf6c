create table randomisation (
    policy_version varchar not null primary key check (policy_version <> ''),
    day_jitter integer not null check (day_jitter >= 0),
    specialty_flip double not null check (specialty_flip >= 0 and specialty_flip < 1),
    specialty_labels integer not null check (specialty_labels >= 1),
    country_flip double not null check (country_flip >= 0 and country_flip < 1),
    country_labels integer not null check (country_labels >= 1)
);

comment on table randomisation is 'One row per privacy policy that posts were stored under: what it randomises, and how much.';
comment on column randomisation.policy_version is 'The policy, as on every post.';
comment on column randomisation.day_jitter is 'Days that the stored day of a post may lie off, at most; 0 is none.';
comment on column randomisation.specialty_flip is 'Share of authors whose specialty is a fair draw among all labels, 0 to 1.';
comment on column randomisation.specialty_labels is 'How many specialties the draw is among.';
comment on column randomisation.country_flip is 'Share of authors whose country is a fair draw among all labels, 0 to 1.';
comment on column randomisation.country_labels is 'How many countries the draw is among.';
