// SPDX-License-Identifier: GPL-2.0-or-later
/* A kind of ours as a CustomResourceDefinition. */
#include "kpolctl/crd.h"

#include <stdio.h>
#include <string.h>

#include "kpolctl/json_new.h"
#include "kpolctl/structural.h"

/*
 * What kpold writes into "status". Conditions are those of metav1.Condition. Each node has an entry of its own in
 * "nodes", a map by name, so that no kpold writes over what another has said.
 */
static const char status_schema[] =
	"{ \"type\": \"object\","
	"  \"description\": \"What the nodes made of the policy; written by kpold\","
	"  \"properties\": {"
	"    \"observedGeneration\": { \"type\": \"integer\", \"format\": \"int64\", \"minimum\": "
	"0,"
	"      \"description\": \"The metadata.generation that the rest of status is about\" },"
	"    \"conditions\": { \"type\": \"array\","
	"      \"x-kubernetes-list-type\": \"map\", \"x-kubernetes-list-map-keys\": [ \"type\" ],"
	"      \"description\": \"Accepted: it was read without an error. Enforced: what it "
	"forbids is "
	"denied\","
	"      \"items\": { \"type\": \"object\","
	"        \"required\": [ \"type\", \"status\", \"lastTransitionTime\", \"reason\", "
	"\"message\" ],"
	"        \"properties\": {"
	"          \"type\": { \"type\": \"string\", \"minLength\": 1, \"maxLength\": 316 },"
	"          \"status\": { \"type\": \"string\", \"enum\": [ \"True\", \"False\", "
	"\"Unknown\" ] },"
	"          \"reason\": { \"type\": \"string\", \"minLength\": 1, \"maxLength\": 1024,"
	"            \"pattern\": \"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$\" },"
	"          \"message\": { \"type\": \"string\", \"maxLength\": 32768 },"
	"          \"lastTransitionTime\": { \"type\": \"string\", \"format\": \"date-time\" },"
	"          \"observedGeneration\": { \"type\": \"integer\", \"format\": \"int64\", "
	"\"minimum\": 0 } } "
	"} },"
	"    \"nodes\": { \"type\": \"array\","
	"      \"x-kubernetes-list-type\": \"map\", \"x-kubernetes-list-map-keys\": [ \"name\" ],"
	"      \"items\": { \"type\": \"object\", \"required\": [ \"name\" ],"
	"        \"properties\": {"
	"          \"name\": { \"type\": \"string\", \"minLength\": 1, \"maxLength\": 253 },"
	"          \"pods\": { \"type\": \"integer\", \"format\": \"int32\", \"minimum\": 0,"
	"            \"description\": \"How many pods of the node it is in force for\" },"
	"          \"generation\": { \"type\": \"integer\", \"format\": \"int64\", \"minimum\": 0,"
	"            \"description\": \"The metadata.generation that the node has\" },"
	"          \"error\": { \"type\": \"string\", \"maxLength\": 4096,"
	"            \"description\": \"Why the node does not have the newest\" },"
	"          \"line\": { \"type\": \"integer\", \"format\": \"int32\", \"minimum\": 0,"
	"            \"description\": \"Where in the document\" } } } } } }";

/** struct column - of "kubectl get"; those with a @priority only with -o wide. */
static const struct column {
	const char *name;
	const char *type;
	const char *path;
	int priority;
	const char *description;
} columns[] = {
	{ "Mode", "string", ".spec.mode", 0, "enforce, or observe: only report" },
	{ "Accepted", "string", ".status.conditions[?(@.type==\"Accepted\")].status", 0,
	  "Whether it was read without an error" },
	{ "Enforced", "string", ".status.conditions[?(@.type==\"Enforced\")].status", 0,
	  "Whether what it forbids is denied" },
	{ "Age", "date", ".metadata.creationTimestamp", 0, NULL },
	{ "Action", "string", ".spec.action", 1,
	  "What its rules do that do not say it themselves" },
	{ "Owner", "string", ".spec.owner", 1, "Who answers for it" },
	{ "Reason", "string", ".status.conditions[?(@.type==\"Enforced\")].reason", 1,
	  "Why it is enforced or not" },
};

/**
 * struct definition - a kind of ours that a cluster has as a resource
 * @plural: as in paths and RBAC rules. @short_name: for people's fingers.
 */
static const struct definition {
	const char *kind;
	const char *plural;
	const char *singular;
	const char *short_name;
	const char *description;
} definitions[] = {
	{ "RuntimePolicy", "runtimepolicies", "runtimepolicy", "rtp",
	  "Which programs the selected workloads may run, which files they may touch and where "
	  "they may connect" },
};

const char *const kpolctl_crd_kinds[] = { "RuntimePolicy", NULL };

static struct json_object *columns_new(void)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct json_object *column =
			kpolctl_json_object("name", kpolctl_json_text(columns[i].name));

		kpolctl_json_add_text(column, "type", columns[i].type);
		kpolctl_json_add_text(column, "jsonPath", columns[i].path);
		if (columns[i].priority)
			json_object_object_add(column, "priority",
					       json_object_new_int(columns[i].priority));
		if (columns[i].description)
			kpolctl_json_add_text(column, "description", columns[i].description);
		json_object_array_add(list, column);
	}
	return list;
}

static const struct kpol_schema *spec_of(const struct kpol_kind *kind)
{
	return kpol_field_find(kind->schema, "spec")->schema;
}

/* metadata is the API server's own affair: a schema may not speak of more than its name. */
static struct json_object *schema_new(const struct definition *definition,
				      const struct kpol_kind *kind)
{
	struct json_object *schema = kpolctl_json_type("object");
	struct json_object *properties = json_object_new_object();

	kpolctl_json_add_text(schema, "description", definition->description);
	json_object_object_add(schema, "required", kpolctl_json_array(kpolctl_json_text("spec")));
	json_object_object_add(properties, "apiVersion", kpolctl_json_type("string"));
	json_object_object_add(properties, "kind", kpolctl_json_type("string"));
	json_object_object_add(properties, "metadata", kpolctl_json_type("object"));
	json_object_object_add(properties, "spec", kpolctl_structural_schema(spec_of(kind)));
	json_object_object_add(properties, "status", json_tokener_parse(status_schema));
	json_object_object_add(schema, "properties", properties);
	return schema;
}

static struct json_object *version_new(const struct definition *definition,
				       const struct kpol_kind *kind)
{
	struct json_object *version =
		kpolctl_json_object("name", kpolctl_json_text(strchr(kind->api_version, '/') + 1));

	json_object_object_add(version, "served", json_object_new_boolean(true));
	json_object_object_add(version, "storage", json_object_new_boolean(true));
	json_object_object_add(version, "subresources",
			       kpolctl_json_object("status", json_object_new_object()));
	json_object_object_add(version, "additionalPrinterColumns", columns_new());
	json_object_object_add(
		version, "schema",
		kpolctl_json_object("openAPIV3Schema", schema_new(definition, kind)));
	return version;
}

static struct json_object *names_new(const struct definition *definition)
{
	struct json_object *names =
		kpolctl_json_object("kind", kpolctl_json_text(definition->kind));
	char list[64];

	snprintf(list, sizeof(list), "%sList", definition->kind);
	kpolctl_json_add_text(names, "listKind", list);
	kpolctl_json_add_text(names, "plural", definition->plural);
	kpolctl_json_add_text(names, "singular", definition->singular);
	json_object_object_add(names, "shortNames",
			       kpolctl_json_array(kpolctl_json_text(definition->short_name)));
	return names;
}

static struct json_object *definition_new(const struct definition *definition)
{
	const struct kpol_kind *kind = kpol_kind_find(definition->kind);
	struct json_object *crd = json_object_new_object(), *spec = json_object_new_object();
	int group_len = (int)strcspn(kind->api_version, "/");
	char text[128];

	kpolctl_json_add_text(crd, "apiVersion", "apiextensions.k8s.io/v1");
	kpolctl_json_add_text(crd, "kind", "CustomResourceDefinition");
	snprintf(text, sizeof(text), "%s.%.*s", definition->plural, group_len, kind->api_version);
	json_object_object_add(crd, "metadata",
			       kpolctl_json_object("name", kpolctl_json_text(text)));
	snprintf(text, sizeof(text), "%.*s", group_len, kind->api_version);
	kpolctl_json_add_text(spec, "group", text);
	kpolctl_json_add_text(spec, "scope", "Namespaced");
	json_object_object_add(spec, "names", names_new(definition));
	json_object_object_add(spec, "versions", kpolctl_json_array(version_new(definition, kind)));
	json_object_object_add(crd, "spec", spec);
	return crd;
}

struct json_object *kpolctl_crd(const char *kind)
{
	for (size_t i = 0; i < sizeof(definitions) / sizeof(definitions[0]); i++)
		if (!strcmp(definitions[i].kind, kind))
			return definition_new(&definitions[i]);
	return NULL;
}
