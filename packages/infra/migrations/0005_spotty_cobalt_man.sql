CREATE TABLE "clock" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"mark" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "clock_one_row" CHECK ("clock"."only")
);
--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "watched_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "looked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "evidence_looks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_retries" ON "jobs" USING btree ("retry_of") WHERE "jobs"."retry_of" is not null;