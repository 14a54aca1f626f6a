DROP INDEX "jobs_dispatchable";--> statement-breakpoint
CREATE INDEX "jobs_dispatchable" ON "jobs" USING btree ("lanes","due_at") WHERE "jobs"."status" = 'pending';