-- fail: no period lies before the year 2000
select *
from driver_daily
where period_day < date '1999-12-27'
