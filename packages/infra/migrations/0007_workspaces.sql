CREATE TABLE "workspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
-- Everything that is there belongs to the first workspace. The defaults are only for these rows.
INSERT INTO "workspaces" ("id", "name", "created_at") SELECT 'wsp_00000000000000000000000000', 'Workspace', now() WHERE EXISTS (SELECT 1 FROM "users");--> statement-breakpoint
ALTER TABLE "jobs" DROP CONSTRAINT "jobs_owner_idempotency_key";--> statement-breakpoint
DROP INDEX "assets_listed";--> statement-breakpoint
DROP INDEX "jobs_listed";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "workspace_id" text DEFAULT 'wsp_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ALTER COLUMN "workspace_id" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "assets" ADD COLUMN "workspace_id" text DEFAULT 'wsp_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "assets" ALTER COLUMN "workspace_id" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "workspace_id" text DEFAULT 'wsp_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "workspace_id" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "events" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "workspace_id" text DEFAULT 'wsp_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "workspace_id" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "workspace_id" text DEFAULT 'wsp_00000000000000000000000000' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ALTER COLUMN "workspace_id" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "scopes" text[] DEFAULT '{jobs:read,jobs:write,assets:read,assets:write,accounts:read,accounts:write,events:read,operations:read}' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ALTER COLUMN "scopes" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assets_listed" ON "assets" USING btree ("workspace_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "assets"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "jobs_listed" ON "jobs" USING btree ("workspace_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_workspace_idempotency_key" UNIQUE("workspace_id","idempotency_key");
