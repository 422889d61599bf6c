alter table post add column text_tags varchar[];
alter table post add column label_confidence double;

comment on column post.text_tags is 'Keyed tags of the redacted text, within one author: two posts that share one are the same text, or nearly, and count once a week.';

comment on column post.label_confidence is 'How far the kind of evidence for the role is trusted, 0 to 1: a fixed figure of judgement.';

-- An author's text that comes again within an ISO week, word by word or nearly: the earliest stands for all.
create macro repeat_between(first_day, end_day) as table
    select distinct later.post_key
    from post as later
    inner join post as earlier
        on
            later.author_key = earlier.author_key
            and date_trunc('week', later.day) = date_trunc('week', earlier.day)
            and list_has_any(later.text_tags, earlier.text_tags)
            and (earlier.day, earlier.hour, earlier.post_key) < (later.day, later.hour, later.post_key)
    where
        later.day >= first_day and later.day < end_day -- noqa: RF02
        and earlier.day >= first_day and earlier.day < end_day; -- noqa: RF02
