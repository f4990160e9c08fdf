// SPDX-License-Identifier: GPL-2.0-or-later
/* What OCSF and ECS ask of an event, class by class, and of each access that can be told. The lists are
 * ours, read off the schemas' own (OCSF 1.8.0, ECS 9.4): neither is to be had from a registry.
 */
#include "kselftest_harness.h"

#include "base/cleanup.h"
#include "base/words.h"
#include "readers.h"
#include "records.h"

#define INT json_type_int
#define STRING json_type_string
#define BOOLEAN json_type_boolean

/** struct field - one row: a path and its type. */
struct field {
	const char *path;
	enum json_type type;
};

#define FIELDS_MAX 12

static bool read_record(const char *name, const struct kpol_record *record, struct reading *reading)
{
	const char *nearest;
	const struct kpol_format *format = kpol_format_find(name, &nearest);
	struct kpol_payload payload = { 0 };
	bool good = format->make(record, &sender, &payload) == 0 &&
		    read_json(payload.bytes.text, reading);

	kpol_payload_clear(&payload);
	return good;
}

static bool has(const struct reading *reading, const struct field *field)
{
	ssize_t i = reading_find(reading, field->path);

	return i >= 0 && reading->items[i].type == field->type;
}

static long number(const struct reading *reading, const char *path)
{
	const char *value = reading_value(reading, path);

	return value ? atol(value) : -1;
}

static const struct field of_every_class[] = {
	{ "activity_id", INT },
	{ "category_uid", INT },
	{ "class_uid", INT },
	{ "severity_id", INT },
	{ "time", INT },
	{ "type_uid", INT },
	{ "metadata.version", STRING },
	{ "metadata.product.name", STRING },
	{ "metadata.uid", STRING },
	{ "device.type_id", INT },
	{ "device.hostname", STRING },
	{ "device.os.name", STRING },
	{ "device.os.type_id", INT },
	{ "status_id", INT },
	{ "message", STRING },
};

/* The profile "security_control". */
static const struct field of_every_verdict[] = {
	{ "action_id", INT },
	{ "disposition_id", INT },
	{ "is_alert", BOOLEAN },
	{ "count", INT },
};

/* Actor: one of process and user; process: pid or uid. File: name and type. Endpoint: one of ip and
 * hostname. Module: how it was loaded.
 */
static const struct {
	long uid;
	struct field fields[FIELDS_MAX];
} of_class[] = {
	{ 0, { { "unmapped.op", STRING } } },
	{ 1001,
	  { { "actor.process.pid", INT }, { "file.name", STRING }, { "file.type_id", INT } } },
	{ 1002,
	  { { "actor.process.pid", INT },
	    { "driver.file.name", STRING },
	    { "driver.file.type_id", INT } } },
	{ 1003,
	  { { "actor.process.pid", INT }, { "kernel.name", STRING }, { "kernel.type_id", INT } } },
	{ 1004, { { "actor.process.pid", INT }, { "process.pid", INT } } },
	{ 1005,
	  { { "actor.process.pid", INT },
	    { "module.load_type_id", INT },
	    { "module.file.name", STRING },
	    { "module.file.type_id", INT } } },
	{ 1007, { { "actor.process.pid", INT }, { "process.pid", INT } } },
	{ 1008, { { "log_name", STRING }, { "log_provider", STRING } } },
	{ 3004,
	  { { "entity.name", STRING }, { "entity.type_id", INT }, { "actor.user.uid", STRING } } },
	{ 4001, { { "connection_info.direction_id", INT } } },
};

#define check(reading, field)                                                                   \
	EXPECT_TRUE(has(reading, field))                                                        \
	TH_LOG("class %ld, %s: %s is missing or of another type", number(reading, "class_uid"), \
	       reading_value(reading, "metadata.event_code"), (field)->path)

static const struct field *fields_of(long uid)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_class); i++)
		if (of_class[i].uid == uid)
			return of_class[i].fields;
	return NULL;
}

static void check_ocsf(struct __test_metadata *_metadata, const struct kpol_record *record)
{
	_cleanup_(reading_clear) struct reading reading = { .n = 0 };
	const struct field *fields;
	long uid;

	ASSERT_TRUE(read_record("ocsf", record, &reading));
	uid = number(&reading, "class_uid");
	fields = fields_of(uid);
	ASSERT_NE(NULL, fields);
	for (size_t i = 0; i < ARRAY_SIZE(of_every_class); i++) {
		check(&reading, &of_every_class[i]);
	}
	for (size_t i = 0; i < FIELDS_MAX && fields[i].path; i++) {
		check(&reading, &fields[i]);
	}
	EXPECT_EQ(uid * 100 + number(&reading, "activity_id"), number(&reading, "type_uid"));
	EXPECT_EQ(uid / 1000, number(&reading, "category_uid"));
	if (uid == 4001) {
		EXPECT_TRUE(reading_value(&reading, "src_endpoint.hostname") ||
			    reading_value(&reading, "dst_endpoint.hostname"));
	}
	if (record->kind != KPOL_RECORD_VERDICT)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(of_every_verdict); i++) {
		check(&reading, &of_every_verdict[i]);
	}
}

/* An event of one class and operation, as the kernel may tell it: with a path, a word or nothing. */
static struct kpol_event access_of(uint32_t class, uint32_t op, const char *object)
{
	struct kpol_event event = exec_in_a_pod;

	event.class = class;
	event.op = op;
	event.object = object;
	return event;
}

static const struct {
	uint32_t class;
	uint32_t ops;
} accesses[] = {
	{ KPOL_CLASS_PROCESS, KPOL_OPS_PROCESS },
	{ KPOL_CLASS_LIBRARY, KPOL_OPS_LIBRARY | KPOL_OP_PROTECT },
	{ KPOL_CLASS_FILE, KPOL_OPS_FILE },
	{ KPOL_CLASS_NETWORK, KPOL_OPS_NETWORK | KPOL_OP_UNIX },
	{ KPOL_CLASS_PTRACE, KPOL_OPS_PTRACE },
	{ KPOL_CLASS_CAPABILITY, KPOL_OPS_CAPABILITY },
	{ KPOL_CLASS_MOUNT, KPOL_OPS_MOUNT },
	{ KPOL_CLASS_NAMESPACE, KPOL_OPS_NAMESPACE },
	{ KPOL_CLASS_BPF, KPOL_OPS_BPF },
	{ KPOL_CLASS_MODULE, KPOL_OPS_MODULE },
	{ KPOL_CLASS_PERF, KPOL_OPS_PERF },
	{ KPOL_CLASS_SIGNAL, KPOL_OPS_SIGNAL },
};

typedef void each_access(struct __test_metadata *_metadata, const struct kpol_record *record);

static void for_each_access(struct __test_metadata *_metadata, each_access *each)
{
	static const char *const objects[] = { "/x/y", "word", "/x/", "", NULL };

	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++)
		for (uint32_t op = 1; op; op <<= 1)
			for (size_t j = 0; j < ARRAY_SIZE(objects) && accesses[i].ops & op; j++) {
				struct kpol_event event =
					access_of(accesses[i].class, op, objects[j]);
				struct kpol_record record = { .kind = KPOL_RECORD_VERDICT,
							      .event = &event };

				each(_metadata, &record);
			}
}

TEST(every_class_is_in_the_table_of_accesses)
{
	EXPECT_EQ(KPOL_CLASS_MAX, ARRAY_SIZE(accesses));
}

TEST(ocsf_has_what_the_class_asks_for)
{
	for (size_t i = 0; i < ARRAY_SIZE(told); i++)
		check_ocsf(_metadata, &told[i].record);
	for_each_access(_metadata, check_ocsf);
}

static void has_a_class(struct __test_metadata *_metadata, const struct kpol_record *record)
{
	_cleanup_(reading_clear) struct reading reading = { .n = 0 };

	ASSERT_TRUE(read_record("ocsf", record, &reading));
	EXPECT_LT(0, number(&reading, "class_uid"))
	TH_LOG("%s %s", kpol_word(KPOL_WORDS_CLASS, record->event->class),
	       kpol_word(KPOL_WORDS_OP, record->event->op));
}

TEST(ocsf_has_a_class_for_every_access)
{
	for_each_access(_metadata, has_a_class);
}

TEST(ocsf_of_something_unheard_of_is_a_base_event)
{
	struct kpol_event event = access_of(KPOL_CLASS_MAX + 1, 0, "x");
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	_cleanup_(reading_clear) struct reading reading = { .n = 0 };

	check_ocsf(_metadata, &record);
	ASSERT_TRUE(read_record("ocsf", &record, &reading));
	EXPECT_EQ(0, number(&reading, "class_uid"));
	EXPECT_EQ(99, number(&reading, "activity_id"));
}

/* All that we write, and nothing else: a field of another name would become one of the index. */
static const struct field ecs_fields[] = {
	{ "@timestamp", STRING },
	{ "agent.type", STRING },
	{ "agent.version", STRING },
	{ "container.name", STRING },
	{ "destination.address", STRING },
	{ "destination.ip", STRING },
	{ "destination.port", INT },
	{ "dll.name", STRING },
	{ "dll.path", STRING },
	{ "ecs.version", STRING },
	{ "event.action", STRING },
	{ "event.category.0", STRING },
	{ "event.category.1", STRING },
	{ "event.code", STRING },
	{ "event.dataset", STRING },
	{ "event.id", STRING },
	{ "event.kind", STRING },
	{ "event.outcome", STRING },
	{ "event.provider", STRING },
	{ "event.reason", STRING },
	{ "event.sequence", INT },
	{ "event.severity", INT },
	{ "event.type.0", STRING },
	{ "event.type.1", STRING },
	{ "file.directory", STRING },
	{ "file.name", STRING },
	{ "file.path", STRING },
	{ "host.boot.id", STRING },
	{ "host.hostname", STRING },
	{ "host.name", STRING },
	{ "message", STRING },
	{ "network.direction", STRING },
	{ "network.transport", STRING },
	{ "network.type", STRING },
	{ "orchestrator.namespace", STRING },
	{ "orchestrator.resource.name", STRING },
	{ "orchestrator.resource.type", STRING },
	{ "orchestrator.type", STRING },
	{ "process.executable", STRING },
	{ "process.name", STRING },
	{ "process.parent.pid", INT },
	{ "process.pid", INT },
	{ "rule.description", STRING },
	{ "rule.id", STRING },
	{ "rule.name", STRING },
	{ "rule.ruleset", STRING },
	{ "rule.version", STRING },
	{ "source.address", STRING },
	{ "source.ip", STRING },
	{ "tags.0", STRING },
	{ "tags.1", STRING },
	{ "user.id", STRING },
};

/* "ecs.version is a required field and must exist in all events"; the rest is what we promise. */
static const char *const ecs_always[] = {
	"@timestamp",	 "ecs.version",	 "message",	   "event.kind", "event.id",
	"event.outcome", "event.action", "event.severity", "host.name",
};

/* What the category expects (event.category's expected_event_types). */
static const struct {
	const char *category;
	const char *types;
} ecs_types[] = {
	{ "configuration", " access change creation deletion info " },
	{ "driver", " change end info start " },
	{ "file", " access change creation deletion info " },
	{ "host", " access change end info start " },
	{ "intrusion_detection", " allowed denied info " },
	{ "library", " start " },
	{ "network", " access allowed connection denied end info protocol start " },
	{ "process", " access change end info start " },
};

static bool is_expected(const char *category, const char *type)
{
	char word[32];

	snprintf(word, sizeof(word), " %s ", type);
	for (size_t i = 0; category && i < ARRAY_SIZE(ecs_types); i++)
		if (strcmp(ecs_types[i].category, category) == 0)
			return strstr(ecs_types[i].types, word) != NULL;
	return false;
}

static bool is_ecs_field(const struct reading *reading, size_t item)
{
	for (size_t i = 0; i < ARRAY_SIZE(ecs_fields); i++)
		if (strcmp(ecs_fields[i].path, reading->items[item].key) == 0)
			return ecs_fields[i].type == reading->items[item].type;
	return strncmp(reading->items[item].key, "kpol.", 5) == 0;
}

static void check_ecs(struct __test_metadata *_metadata, const struct kpol_record *record)
{
	static const char *const types[] = { "event.type.0", "event.type.1" };
	_cleanup_(reading_clear) struct reading reading = { .n = 0 };

	ASSERT_TRUE(read_record("ecs", record, &reading));
	for (size_t i = 0; i < reading.n; i++) {
		EXPECT_TRUE(is_ecs_field(&reading, i))
		TH_LOG("%s is no field of ECS, or of another type", reading.items[i].key);
	}
	for (size_t i = 0; i < ARRAY_SIZE(ecs_always); i++) {
		EXPECT_NE(NULL, reading_value(&reading, ecs_always[i]))
		TH_LOG("%s is missing", ecs_always[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const char *type = reading_value(&reading, types[i]);

		if (!type)
			continue;
		EXPECT_TRUE(is_expected(reading_value(&reading, "event.category.0"), type) ||
			    is_expected(reading_value(&reading, "event.category.1"), type))
		TH_LOG("%s is not expected here", type);
	}
}

TEST(ecs_has_its_fields_and_no_others)
{
	for (size_t i = 0; i < ARRAY_SIZE(told); i++)
		check_ecs(_metadata, &told[i].record);
	for_each_access(_metadata, check_ecs);
}

/* Of feeder.Alert and feeder.Message in KubeArmor's protobuf; int32 and int64 are numbers. */
static const struct field kubearmor_fields[] = {
	{ "Timestamp", INT },
	{ "UpdatedTime", STRING },
	{ "HostName", STRING },
	{ "NamespaceName", STRING },
	{ "PodName", STRING },
	{ "ContainerName", STRING },
	{ "HostPPID", INT },
	{ "HostPID", INT },
	{ "PPID", INT },
	{ "PID", INT },
	{ "UID", INT },
	{ "ParentProcessName", STRING },
	{ "ProcessName", STRING },
	{ "PolicyName", STRING },
	{ "Severity", STRING },
	{ "Tags", STRING },
	{ "ATags.0", STRING },
	{ "ATags.1", STRING },
	{ "Message", STRING },
	{ "Type", STRING },
	{ "Source", STRING },
	{ "Operation", STRING },
	{ "Resource", STRING },
	{ "Data", STRING },
	{ "EventData.Op", STRING },
	{ "Enforcer", STRING },
	{ "Action", STRING },
	{ "Result", STRING },
	{ "Level", STRING },
};

static bool is_kubearmor_field(const struct reading *reading, size_t item)
{
	for (size_t i = 0; i < ARRAY_SIZE(kubearmor_fields); i++)
		if (strcmp(kubearmor_fields[i].path, reading->items[item].key) == 0)
			return kubearmor_fields[i].type == reading->items[item].type;
	return false;
}

static void check_kubearmor(struct __test_metadata *_metadata, const struct kpol_record *record)
{
	static const char *const operations[] = { "Process", "File", "Network", "Capabilities",
						  "Syscall" };
	_cleanup_(reading_clear) struct reading reading = { .n = 0 };
	bool known = record->kind != KPOL_RECORD_VERDICT;

	ASSERT_TRUE(read_record("kubearmor", record, &reading));
	for (size_t i = 0; i < reading.n; i++) {
		EXPECT_TRUE(is_kubearmor_field(&reading, i))
		TH_LOG("%s is no field of KubeArmor's, or of another type", reading.items[i].key);
	}
	for (size_t i = 0; i < ARRAY_SIZE(operations) && !known; i++)
		known = strcmp(operations[i], reading_value(&reading, "Operation")) == 0;
	EXPECT_TRUE(known);
}

TEST(kubearmor_has_its_fields_and_no_others)
{
	for (size_t i = 0; i < ARRAY_SIZE(told); i++)
		check_kubearmor(_metadata, &told[i].record);
	for_each_access(_metadata, check_kubearmor);
}

TEST_HARNESS_MAIN
