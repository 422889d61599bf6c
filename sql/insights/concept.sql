-- The vocabulary.
insert into insights.concept by name
select * from concept
