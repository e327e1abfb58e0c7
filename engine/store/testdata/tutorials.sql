CREATE TABLE product_reviews (pr_review_rating int, pr_review_content nvarchar(max)); INSERT product_reviews VALUES (1, N'bad'), (3, N'so so'), (5, N'good'), (4, N'good'), (2, N'bad')
--> (5 rows)
GO
CREATE OR ALTER VIEW training_data
AS
SELECT TOP(CAST( ( SELECT COUNT(*) FROM   product_reviews)*.6 AS INT))
	CAST(pr_review_content AS NVARCHAR(4000)) AS content,
	CASE
		WHEN pr_review_rating <3 THEN 1
		WHEN pr_review_rating =3 THEN 2
		ELSE 3
	END AS tag
FROM   product_reviews;
GO
SELECT TOP(100) * FROM training_data
--> columns: content nvarchar(4000), tag int not null
--> 'bad' | 1
--> 'so so' | 2
--> 'good' | 3
--> (3 rows)
GO
CREATE FUNCTION [dbo].[fnDistance] (@Lat1 float, @Long1 float, @Lat2 float, @Long2 float)
RETURNS float
AS
BEGIN
  DECLARE @distance decimal(28, 10)
  SET @Lat1 = @Lat1 / 57.2958
  SET @Lat2 = @Lat2 / 57.2958
  SET @distance = (SIN(@Lat1) * SIN(@Lat2)) + (COS(@Lat1) * COS(@Lat2) * COS((@Long2 - @Long1) / 57.2958))
  IF @distance <> 0
  BEGIN
    SET @distance = 3958.75 * ATAN(SQRT(1 - POWER(@distance, 2)) / @distance);
  END
  RETURN @distance
END
GO
CREATE TABLE trips (fare float, passengers int, lat1 varchar(30), long1 varchar(30), lat2 varchar(30), long2 varchar(30)); INSERT trips VALUES (10, 1, '40.763958', '-73.973373', '40.782139', '-73.977303'), (20.4, 1, '40.7', '-73.9', '40.7', '-73.9'), (7, 2, '0', '0', '0', '90')
SELECT fare, ROUND(dbo.fnDistance(lat1, long1, lat2, long2), 3) AS miles FROM trips
--> (3 rows)
--> columns: fare float, miles float
--> 10 | 1.273
--> 20.4 | 0
--> 7 | 6218.388
--> (3 rows)
GO
SELECT DISTINCT [passengers]
    , ROUND (SUM ([fare]),0) as TotalFares
    , ROUND (AVG ([fare]),0) as AvgFares
FROM [dbo].[trips]
GROUP BY [passengers]
ORDER BY  AvgFares DESC
--> columns: passengers int, TotalFares float, AvgFares float
--> 1 | 30 | 15
--> 2 | 7 | 7
--> (2 rows)
GO
