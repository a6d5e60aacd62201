"""The foundation: branches and people, questionnaires and answers, comments, interviews, the audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from survey.migrations.triggers import allow_changes, refuse_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
APPEND_ONLY = ("audit_event", "audit_seal", "version")


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_type", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_action"), "audit_event", ["action"], unique=False)
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_table(
        "branch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('head_office', 'branch', 'sub_branch', 'outlet')", name=op.f("ck_branch_kind")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["branch.id"], name=op.f("fk_branch_parent_id_branch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("code", name=op.f("uq_branch_code")),
    )
    op.create_index(op.f("ix_branch_parent_id"), "branch", ["parent_id"], unique=False)
    op.create_index(op.f("ix_branch_path"), "branch", ["path"], unique=False)
    op.create_index(op.f("ix_branch_region"), "branch", ["region"], unique=False)
    op.create_table(
        "interview_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_project")),
        sa.UniqueConstraint("name", name=op.f("uq_interview_project_name")),
    )
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("slug", name=op.f("uq_questionnaire_slug")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=True),
        sa.Column("permissions", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_event", BIG_ID, nullable=False),
        sa.Column("last_event", BIG_ID, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_event"], ["audit_event.id"], name=op.f("fk_audit_seal_first_event_audit_event")
        ),
        sa.ForeignKeyConstraint(
            ["last_event"], ["audit_event.id"], name=op.f("fk_audit_seal_last_event_audit_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "interview_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("ancestry", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("colour LIKE '#______'", name=op.f("ck_interview_code_colour")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["interview_code.id"], name=op.f("fk_interview_code_parent_id_interview_code")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["interview_project.id"],
            name=op.f("fk_interview_code_project_id_interview_project"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_code")),
        sa.UniqueConstraint(
            "project_id", "ancestry", "name", name=op.f("uq_interview_code_project_id_ancestry_name")
        ),
        sa.UniqueConstraint("project_id", "guid", name=op.f("uq_interview_code_project_id_guid")),
    )
    op.create_index(op.f("ix_interview_code_parent_id"), "interview_code", ["parent_id"], unique=False)
    op.create_table(
        "interview_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) = characters", name=op.f("ck_interview_document_characters")),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["interview_project.id"],
            name=op.f("fk_interview_document_project_id_interview_project"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_document")),
        sa.UniqueConstraint("project_id", "guid", name=op.f("uq_interview_document_project_id_guid")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_interview_document_project_id_name")),
    )
    op.create_index(op.f("ix_interview_document_sha256"), "interview_document", ["sha256"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_user_account_branch_id_branch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_index(op.f("ix_user_account_branch_id"), "user_account", ["branch_id"], unique=False)
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("notice_hash", sa.String(length=64), nullable=True),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_version_questionnaire_id_questionnaire")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("questionnaire_id", "hash", name=op.f("uq_version_questionnaire_id_hash")),
        sa.UniqueConstraint("questionnaire_id", "number", name=op.f("uq_version_questionnaire_id_number")),
    )
    op.create_index(op.f("ix_version_hash"), "version", ["hash"], unique=False)
    op.create_table(
        "interview_segment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("start_at", sa.Integer(), nullable=False),
        sa.Column("end_at", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(quote) = end_at - start_at", name=op.f("ck_interview_segment_quote")),
        sa.CheckConstraint("start_at >= 0 AND start_at < end_at", name=op.f("ck_interview_segment_span")),
        sa.ForeignKeyConstraint(
            ["code_id"], ["interview_code.id"], name=op.f("fk_interview_segment_code_id_interview_code")
        ),
        sa.ForeignKeyConstraint(
            ["coder_id"], ["user_account.id"], name=op.f("fk_interview_segment_coder_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["interview_document.id"],
            name=op.f("fk_interview_segment_document_id_interview_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_segment")),
        sa.UniqueConstraint(
            "document_id", "code_id", "coder_id", "start_at", "end_at", name="uq_interview_segment_place"
        ),
        sa.UniqueConstraint("document_id", "guid", name=op.f("uq_interview_segment_document_id_guid")),
    )
    op.create_index(op.f("ix_interview_segment_code_id"), "interview_segment", ["code_id"], unique=False)
    op.create_index(op.f("ix_interview_segment_coder_id"), "interview_segment", ["coder_id"], unique=False)
    op.create_table(
        "role_user",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_role_user_role_id_role")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_role_user_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_role_user")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_staff_session_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_expires_at"), "staff_session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_staff_session_user_id"), "staff_session", ["user_id"], unique=False)
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "closes_at IS NULL OR opens_at IS NULL OR opens_at < closes_at", name=op.f("ck_wave_period")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_wave_questionnaire_id_questionnaire")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_wave_version_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("questionnaire_id", "name", name=op.f("uq_wave_questionnaire_id_name")),
    )
    op.create_table(
        "collector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'qr', 'kiosk', 'paper', 'hotline', 'mail', 'box', 'import', 'api')",
            name=op.f("ck_collector_channel"),
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_collector_branch_id_branch")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_collector_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collector")),
        sa.UniqueConstraint("token", name=op.f("uq_collector_token")),
    )
    op.create_index(op.f("ix_collector_branch_id"), "collector", ["branch_id"], unique=False)
    op.create_index(op.f("ix_collector_wave_id"), "collector", ["wave_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name=op.f("fk_device_collector_id_collector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_device_token_digest")),
    )
    op.create_index(op.f("ix_device_collector_id"), "device", ["collector_id"], unique=False)
    op.create_table(
        "enrolment_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name=op.f("fk_enrolment_code_collector_id_collector")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_enrolment_code")),
    )
    op.create_index(op.f("ix_enrolment_code_collector_id"), "enrolment_code", ["collector_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.String(length=80), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("flags", DOCUMENT, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("answers_sha256", sa.String(length=64), nullable=False),
        sa.Column("comments_read", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('complete', 'partial', 'withdrawn', 'erased')", name=op.f("ck_response_status")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_response_branch_id_branch")),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name=op.f("fk_response_collector_id_collector")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_response_questionnaire_id_questionnaire"),
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_response_version_id_version")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_response_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint(
            "questionnaire_id", "submission_id", name=op.f("uq_response_questionnaire_id_submission_id")
        ),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_response_receipt_hash")),
    )
    op.create_index(op.f("ix_response_branch_id"), "response", ["branch_id"], unique=False)
    op.create_index(op.f("ix_response_collector_id"), "response", ["collector_id"], unique=False)
    op.create_index(op.f("ix_response_comments_read"), "response", ["comments_read"], unique=False)
    op.create_index(op.f("ix_response_received_at"), "response", ["received_at"], unique=False)
    op.create_index(op.f("ix_response_version_id"), "response", ["version_id"], unique=False)
    op.create_index("ix_response_wave_branch", "response", ["wave_id", "branch_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("response_id", BIG_ID, nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", DOCUMENT, nullable=False),
        sa.Column("dictionary", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_comment_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("response_id", "question", name=op.f("uq_comment_response_id_question")),
    )
    op.create_index(op.f("ix_comment_question"), "comment", ["question"], unique=False)
    op.create_table(
        "complaint_case",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("response_id", BIG_ID, nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'answered' OR answer IS NOT NULL", name=op.f("ck_complaint_case_answered")
        ),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name=op.f("ck_complaint_case_state")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_complaint_case_branch_id_branch")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name=op.f("fk_complaint_case_response_id_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_case")),
        sa.UniqueConstraint("response_id", "question", name=op.f("uq_complaint_case_response_id_question")),
    )
    op.create_index(op.f("ix_complaint_case_branch_id"), "complaint_case", ["branch_id"], unique=False)
    op.create_index(op.f("ix_complaint_case_due_at"), "complaint_case", ["due_at"], unique=False)
    op.create_index(op.f("ix_complaint_case_state"), "complaint_case", ["state"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("response_id", BIG_ID, nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("answers_sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name=op.f("fk_conflict_response_id_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint(
            "response_id", "answers_sha256", name=op.f("uq_conflict_response_id_answers_sha256")
        ),
    )
    op.create_table(
        "consent",
        sa.Column("response_id", BIG_ID, nullable=False),
        sa.Column("notice_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_consent_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_consent")),
    )
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    op.drop_table("consent")
    op.drop_table("conflict")
    op.drop_index(op.f("ix_complaint_case_state"), table_name="complaint_case")
    op.drop_index(op.f("ix_complaint_case_due_at"), table_name="complaint_case")
    op.drop_index(op.f("ix_complaint_case_branch_id"), table_name="complaint_case")
    op.drop_table("complaint_case")
    op.drop_index(op.f("ix_comment_question"), table_name="comment")
    op.drop_table("comment")
    op.drop_index("ix_response_wave_branch", table_name="response")
    op.drop_index(op.f("ix_response_version_id"), table_name="response")
    op.drop_index(op.f("ix_response_received_at"), table_name="response")
    op.drop_index(op.f("ix_response_comments_read"), table_name="response")
    op.drop_index(op.f("ix_response_collector_id"), table_name="response")
    op.drop_index(op.f("ix_response_branch_id"), table_name="response")
    op.drop_table("response")
    op.drop_index(op.f("ix_enrolment_code_collector_id"), table_name="enrolment_code")
    op.drop_table("enrolment_code")
    op.drop_index(op.f("ix_device_collector_id"), table_name="device")
    op.drop_table("device")
    op.drop_index(op.f("ix_collector_wave_id"), table_name="collector")
    op.drop_index(op.f("ix_collector_branch_id"), table_name="collector")
    op.drop_table("collector")
    op.drop_table("wave")
    op.drop_index(op.f("ix_staff_session_user_id"), table_name="staff_session")
    op.drop_index(op.f("ix_staff_session_expires_at"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_table("role_user")
    op.drop_index(op.f("ix_interview_segment_coder_id"), table_name="interview_segment")
    op.drop_index(op.f("ix_interview_segment_code_id"), table_name="interview_segment")
    op.drop_table("interview_segment")
    op.drop_index(op.f("ix_version_hash"), table_name="version")
    op.drop_table("version")
    op.drop_index(op.f("ix_user_account_branch_id"), table_name="user_account")
    op.drop_table("user_account")
    op.drop_index(op.f("ix_interview_document_sha256"), table_name="interview_document")
    op.drop_table("interview_document")
    op.drop_index(op.f("ix_interview_code_parent_id"), table_name="interview_code")
    op.drop_table("interview_code")
    op.drop_table("audit_seal")
    op.drop_table("role")
    op.drop_table("questionnaire")
    op.drop_table("interview_project")
    op.drop_index(op.f("ix_branch_region"), table_name="branch")
    op.drop_index(op.f("ix_branch_path"), table_name="branch")
    op.drop_index(op.f("ix_branch_parent_id"), table_name="branch")
    op.drop_table("branch")
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_action"), table_name="audit_event")
    op.drop_table("audit_event")
