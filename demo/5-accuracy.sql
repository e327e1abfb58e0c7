-- How good was it? Plain T-SQL over what the script left.
SELECT i.species, COUNT(*) AS flowers,
    SUM(CASE WHEN p.predicted = i.species THEN 1 ELSE 0 END) AS hits,
    CAST(AVG(p.probability) AS decimal(4, 3)) AS mean_probability
FROM predictions AS p JOIN iris AS i ON i.id = p.id
GROUP BY i.species
ORDER BY i.species;

SELECT CAST(AVG(CASE WHEN p.predicted = i.species THEN 1.0 ELSE 0.0 END) AS decimal(5, 3)) AS accuracy
FROM predictions AS p JOIN iris AS i ON i.id = p.id;
