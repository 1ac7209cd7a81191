-- An event without tags is counted under NULL.
SELECT tag, count(*)
FROM (SELECT unnest(tags) AS tag FROM events UNION ALL SELECT NULL AS tag FROM events WHERE tags IS NULL) AS carried
GROUP BY tag
