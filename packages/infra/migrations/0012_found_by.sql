-- None of these functions is parallel safe: to start another process takes ten times as long as the queries that call them.
-- Every three letters of a text that follow each other, and the two and the one at its end: so each text of one or two
-- letters is the beginning of some entry too. With the workspace, so that one does not read what another one has.
CREATE FUNCTION "search_grams"("workspace_id" text, "wanted" text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT COST 10000 AS $$
BEGIN
	RETURN array_to_tsvector(array(
		SELECT "first" || coalesce("second", '') || coalesce("third", '')
		FROM unnest(
			string_to_array("wanted", NULL), string_to_array(substr("wanted", 2), NULL), string_to_array(substr("wanted", 3), NULL)
		) AS "letters" ("first", "second", "third")
	) || ('>' || "workspace_id"));
END $$;--> statement-breakpoint
-- The entries that a text with these letters must have; at most about 20 of them, because the text itself is compared after.
CREATE FUNCTION "search_query"("workspace_id" text, "wanted" text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
	"last" integer := greatest(length("wanted") - 2, 1);
BEGIN
	RETURN (
		SELECT string_agg('''' || replace(replace("entry", '\', '\\'), '''', '''''') || '''', ' & ')
			|| CASE WHEN length("wanted") < 3 THEN ':*' ELSE '' END
			|| ' & ''>' || "workspace_id" || ''''
		FROM (
			SELECT DISTINCT substr("wanted", "place", 3) AS "entry" FROM generate_series(1, "last") AS "place"
			WHERE "place" % ("last" / 20 + 1) = 0 OR "place" IN (1, "last")
		) AS "entries"
	)::tsquery;
END $$;--> statement-breakpoint
CREATE FUNCTION "account_mark"("account_id" text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'account ' || "account_id";--> statement-breakpoint
-- The beginning of a long value finds it as well: the metadata itself are compared after.
CREATE FUNCTION "metadata_mark"("name" text, "value" text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'metadata ' || left("name", 60) || '=' || left("value", 100);--> statement-breakpoint
CREATE TABLE "asset_texts" (
	"asset_id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "found_by_fills" (
	"subject" text PRIMARY KEY NOT NULL,
	"missing_below" text
);
--> statement-breakpoint
CREATE TABLE "job_marks" (
	"workspace_id" text NOT NULL,
	"mark" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"job_id" text NOT NULL,
	CONSTRAINT "job_marks_pkey" PRIMARY KEY("workspace_id","mark","created_at","job_id")
);
--> statement-breakpoint
CREATE TABLE "job_texts" (
	"job_id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"text" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "jobs_metadata";--> statement-breakpoint
DROP INDEX "submissions_account";--> statement-breakpoint
CREATE INDEX "asset_texts_grams" ON "asset_texts" USING gin (search_grams("workspace_id", "text"));--> statement-breakpoint
CREATE INDEX "job_texts_grams" ON "job_texts" USING gin (search_grams("workspace_id", "text"));--> statement-breakpoint
CREATE FUNCTION "job_text"("params" jsonb, "name" text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN lower(concat_ws(E'\n', "params" ->> 'prompt', "name"));--> statement-breakpoint
CREATE FUNCTION "find_new_jobs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "job_texts" ("job_id", "workspace_id", "created_at", "text")
	SELECT "id", "workspace_id", "created_at", "job_text"("params", "name") FROM "made";
	INSERT INTO "job_marks" ("workspace_id", "mark", "created_at", "job_id")
	SELECT "workspace_id", "metadata_mark"("key", "value"), "created_at", "id" FROM "made", jsonb_each_text("metadata")
	ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "jobs_found_by" AFTER INSERT ON "jobs" REFERENCING NEW TABLE AS "made"
FOR EACH STATEMENT EXECUTE FUNCTION "find_new_jobs"();--> statement-breakpoint
CREATE FUNCTION "find_new_submissions"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "job_marks" ("workspace_id", "mark", "created_at", "job_id")
	SELECT "jobs"."workspace_id", "account_mark"("made"."account_id"), "jobs"."created_at", "jobs"."id"
	FROM "made" JOIN "jobs" ON "jobs"."id" = "made"."job_id"
	ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "submissions_found_by" AFTER INSERT ON "submissions" REFERENCING NEW TABLE AS "made"
FOR EACH STATEMENT EXECUTE FUNCTION "find_new_submissions"();--> statement-breakpoint
CREATE FUNCTION "find_new_assets"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO "asset_texts" ("asset_id", "workspace_id", "created_at", "text")
	SELECT "made"."id", "made"."workspace_id", "made"."created_at", "job_text"("jobs"."params", "made"."name")
	FROM "made" LEFT JOIN "jobs" ON "jobs"."id" = "made"."job_id";
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "assets_found_by" AFTER INSERT ON "assets" REFERENCING NEW TABLE AS "made"
FOR EACH STATEMENT EXECUTE FUNCTION "find_new_assets"();--> statement-breakpoint
-- What was there before is filled in while the server runs: with 1,000,000 jobs that takes longer than a start may.
INSERT INTO "found_by_fills" ("subject")
SELECT 'jobs' WHERE EXISTS (SELECT FROM "jobs") UNION ALL SELECT 'assets' WHERE EXISTS (SELECT FROM "assets");
