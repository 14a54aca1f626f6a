DROP INDEX "blobs_created";--> statement-breakpoint
ALTER TABLE "blobs" ADD COLUMN "reserved_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "blobs" ADD COLUMN "removing_since" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "blobs_reserved" ON "blobs" USING btree ("reserved_at","hash");