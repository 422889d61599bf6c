-- How do the products of a class share its conversation, week by week?
select
    product.iso_week,
    class.label as class,
    product.label as product,
    product.posts,
    round(100.0 * product.posts / class.posts, 1) as percent_of_class
from driver_weekly as product
inner join concept on product.concept_id = concept.concept_id
inner join driver_weekly as class
    on concept.parent_id = class.concept_id and product.period_day = class.period_day and product.kind = class.kind
where product.kind = 'product' and product.cohort_level = 'all' and class.cohort_level = 'all'
order by product.iso_week desc, class.label asc, product.posts desc
