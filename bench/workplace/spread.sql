-- The plan of the copies: one row for each, in the order of time. Of every demo review as many as there are.
CREATE UNLOGGED TABLE cast_of AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM core_user
    WHERE email LIKE 'desk-%' OR email IN (SELECT email FROM core_user WHERE id IN (SELECT user_id FROM reviews_deskuserpermission));

INSERT INTO reviews_desk SELECT (jsonb_populate_record(d, jsonb_build_object(
        'id', uuidv7(), 'slug', 'desk-' || k, 'name', 'Accounts payable ' || k, 'agents', '[]'::jsonb))).*
    FROM reviews_desk d CROSS JOIN generate_series(2, 6) k WHERE d.slug = 'accounts-payable';
INSERT INTO reviews_deskuserpermission (content_object_id, user_id, permission_id)
    SELECT d.id, p.user_id, p.permission_id FROM reviews_desk d CROSS JOIN reviews_deskuserpermission p
    WHERE d.slug IN ('desk-2', 'desk-3');

INSERT INTO core_user SELECT (jsonb_populate_record(u, jsonb_build_object(
        'id', uuidv7(), 'email', 'desk-' || k || '@demo.example', 'name', 'Person ' || k))).*
    FROM core_user u CROSS JOIN generate_series(1, 40) k WHERE u.email LIKE 'tom.brandt@%';
INSERT INTO cast_of SELECT id, (SELECT count(*) FROM cast_of) + row_number() OVER () - 1 FROM core_user
    WHERE email LIKE 'desk-%';

CREATE UNLOGGED TABLE copies AS
WITH templates AS (
    SELECT r.*, row_number() OVER (ORDER BY number) - 1 AS place, count(*) OVER () AS many
    FROM reviews_review r WHERE r.closed_at IS NULL
), desks AS (
    SELECT array_agg(id ORDER BY slug) AS all_of_them FROM reviews_desk WHERE slug <> 'unassigned'
), people AS (
    SELECT array_agg(id ORDER BY place) AS ids FROM cast_of
), drawn AS (
    SELECT n, n > :reviews * 0.9 AS is_open, random() AS a, random() AS b, random() AS d, random() AS e, random() AS f,
        random() AS g, random() AS h
    FROM generate_series(1::bigint, :reviews) n
), timed AS (
    -- What is closed came in over two years, what is open in ten days.
    SELECT *, CASE WHEN is_open THEN now() - interval '10 days' * (:reviews - n) / (:reviews * 0.1)
        ELSE now() - interval '10 days' - interval '720 days' * (:reviews * 0.9 - n) / (:reviews * 0.9) END AS opened_at
    FROM drawn
), varied AS (
    SELECT timed.*, t.id AS from_review, t.run_id AS from_run, t.proposal_id AS from_proposal, t.kind,
        t.amount AS was_amount, t.words AS was_words,
        -- An agent without an entry in this installation has desks as well.
        (ARRAY['invoices', 'invoices', 'invoices', 'invoices', 'invoices', 'invoices', 'support'])[1 + floor(a * 7)] AS agent,
        -- Two fifths at the first desk.
        (SELECT all_of_them[CASE WHEN b < 0.4 THEN 1 ELSE 2 + floor((b - 0.4) / 0.12) END] FROM desks) AS desk,
        floor(5000 * d * d)::int AS vendor,
        (SELECT ids[1 + floor(e * array_length(ids, 1))] FROM people) AS person
    FROM timed JOIN templates t ON t.place = (timed.n * 7919) % t.many
)
SELECT n, is_open, from_review, from_run, from_proposal, agent, desk, person,
    uuidv7(opened_at - clock_timestamp()) AS run,
    CASE WHEN from_proposal IS NOT NULL THEN uuidv7(opened_at - clock_timestamp() + interval '1 second') END AS proposal,
    uuidv7(opened_at - clock_timestamp() + interval '2 seconds') AS review,
    opened_at,
    CASE WHEN NOT is_open THEN least(opened_at + interval '30 hours' * f * f, now() - interval '1 minute') END AS closed_at,
    opened_at + interval '4 hours' + interval '19 days' * g AS due_at,
    interval '3 hours' * h AS sooner,
    CASE WHEN NOT is_open THEN 'decided' WHEN kind = 'approval' AND f < 0.04 THEN 'signed_once' ELSE 'open' END AS status,
    CASE WHEN is_open THEN '' WHEN f < 0.1 THEN 'reject' WHEN f < 0.15 AND kind = 'approval' THEN 'edit'
        WHEN kind = 'approval' OR kind = 'sample' THEN 'approve' ELSE 'retry' END AS verdict,
    h < 0.02 AS urgent,
    'vendor:V-' || (10000 + vendor) AS counterparty,
    CASE WHEN was_amount IS NOT NULL THEN round((10 ^ (1 + 5 * g * h))::numeric, 2) END AS amount,
    CASE WHEN was_amount IS NOT NULL THEN round((0.5 + 0.5 * sqrt(f))::numeric, 4) END AS confidence,
    CASE WHEN is_open AND a < 0.03 THEN person END AS claimed,
    CASE WHEN is_open AND b BETWEEN 0.1 AND 0.15 THEN person END AS assigned,
    CASE WHEN is_open AND d BETWEEN 0.3 AND 0.34 THEN person END AS snoozed,
    'invoice ' || n || '.pdf' AS subject,
    encode(sha256(n::text::bytea), 'hex') AS document,
    was_words || ' vendor ' || vendor || ' ' || (ARRAY['logistik', 'stahl', 'papier', 'chemie', 'energie', 'druck', 'holz',
        'glas', 'beton', 'saatgut'])[1 + vendor % 10] || ' inv-' || n AS words,
    is_open OR n > :reviews * 0.9 - :newest AS has_steps
FROM varied;
CREATE UNIQUE INDEX ON copies (n);
ANALYZE copies;
