// SPDX-License-Identifier: GPL-2.0-or-later
/* Label peers on their way from a policy to the module: sets, pods, address rows; and ranges with exceptions. */
#include "kselftest_harness.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "compile/address.h"
#include "compile/set.h"
#include "compile_case.h"
#include "load/scalar.h"
#include "load/subtract.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define PEERS(text) UNIT "  network:\n    matchPeers:\n" text
#define PEER(text) "    - {direction: egress, " text "}\n"

static char *list_names(const struct kpol_ruleset *ruleset)
{
	struct kpol_buffer out = { 0 };

	kpol_buffer_puts(&out, "");
	for (size_t i = 0; ruleset && i < ruleset->n_sets; i++)
		kpol_buffer_printf(&out, "%s%s", i ? " " : "", ruleset->sets[i].name);
	return kpol_buffer_take(&out);
}

FIXTURE(peers)
{
	struct kpol_diags diags;
	struct kpol_bundle *bundle;
	struct kpol_ruleset *ruleset;
};

FIXTURE_SETUP(peers)
{
}

FIXTURE_TEARDOWN(peers)
{
	kpol_ruleset_free(self->ruleset);
	kpol_bundle_free(self->bundle);
	kpol_diags_clear(&self->diags);
}

#define COMPILE(yaml)                                                        \
	self->ruleset = compile(yaml, NULL, 0, &self->diags, &self->bundle); \
	ASSERT_NE(NULL, self->ruleset)

TEST_F(peers, equal_selectors_are_one_set)
{
	char *names;

	COMPILE(PEERS(PEER("matchLabels: {b: x, a: y}") PEER("matchLabels: {a: y, b: x}")
			      PEER("matchLabels: {a: y}") PEER("namespaces: [b, a]")
				      PEER("namespaces: [a, b], family: ipv6")
					      PEER("namespaces: [a, \"*\"]")));
	names = list_names(self->ruleset);
	EXPECT_STREQ("labels:a=y,b=x@default labels:a=y@default all@a,b all@*", names);
	free(names);
}

/* Nothing that a label or a namespace may hold makes one name stand for two selectors. */
TEST_F(peers, separators_in_words_are_written_otherwise)
{
	char *names;

	COMPILE(PEERS(PEER("matchLabels: {a: \"x,b=y\"}") PEER("matchLabels: {a: x, b: y}") PEER(
		"matchExpressions: [{key: a, operator: In, values: [\"b,c\"]}]")
			      PEER("matchExpressions: [{key: a, operator: In, values: [b, c]}]")));
	names = list_names(self->ruleset);
	EXPECT_STREQ("labels:a=x%2cb%3dy@default labels:a=x,b=y@default "
		     "labels:a in (b%2cc)@default labels:a in (b,c)@default",
		     names);
	free(names);
}

TEST_F(peers, policy_of_no_namespace_means_all)
{
	char *names;

	COMPILE("apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: x}\nspec:\n"
		"  nodeSelector: {}\n  network:\n    matchPeers:\n" PEER("matchLabels: {a: b}")
			PEER("matchLabels: {a: b}, namespaces: [n]"));
	names = list_names(self->ruleset);
	EXPECT_STREQ("labels:a=b@* labels:a=b@n", names);
	free(names);
}

TEST_F(peers, long_names_are_bounded_and_told_apart)
{
	char yaml[4096], value[400];

	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	snprintf(yaml, sizeof(yaml),
		 PEERS(PEER("matchLabels: {a: %s1}") PEER("matchLabels: {a: %s2}")), value, value);
	COMPILE(yaml);
	ASSERT_EQ(2, self->ruleset->n_sets);
	EXPECT_EQ(KPOL_NAME_MAX, strlen(self->ruleset->sets[0].name));
	EXPECT_EQ(KPOL_NAME_MAX, strlen(self->ruleset->sets[1].name));
	EXPECT_STRNE(self->ruleset->sets[0].name, self->ruleset->sets[1].name);
}

TEST_F(peers, more_sets_than_a_ruleset_holds_are_refused_with_a_line)
{
	struct kpol_buffer yaml = { 0 };
	char *findings;

	kpol_buffer_puts(&yaml, PEERS(""));
	for (int i = 0; i <= KPOL_SETS_MAX; i++)
		kpol_buffer_printf(&yaml, PEER("matchLabels: {a: v%d}"), i);
	EXPECT_EQ(NULL, compile(yaml.text, NULL, 0, &self->diags, &self->bundle));
	findings = findings_text(&self->diags);
	EXPECT_STREQ(
		"f.yaml:2056:19: this rule names one label peer more than a ruleset may hold\n",
		findings);
	free(findings);
	kpol_buffer_clear(&yaml);
}

TEST_F(peers, digest_tells_sets_apart)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle;
	struct kpol_ruleset *other;
	uint8_t a[KPOL_DIGEST_LEN], b[KPOL_DIGEST_LEN];

	COMPILE(PEERS(PEER("matchLabels: {a: x}")));
	other = compile(PEERS(PEER("matchLabels: {a: y}")), NULL, 0, &diags, &bundle);
	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, kpol_ruleset_digest(self->ruleset, a));
	ASSERT_EQ(0, kpol_ruleset_digest(other, b));
	EXPECT_NE(0, memcmp(a, b, sizeof(a)));
	kpol_ruleset_free(other);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

static char key_app[] = "app", key_tier[] = "tier";
static char value_web[] = "web", value_db[] = "db", value_one[] = "1";

static struct kpol_label web[] = { { key_app, value_web }, { key_tier, value_one } };
static struct kpol_label db[] = { { key_app, value_db } };

static const struct {
	const char *peer;
	bool web, web_elsewhere, db, bare;
} matches[] = {
	{ "matchLabels: {app: web}", true, false, false, false },
	{ "matchLabels: {app: web, tier: 1}", true, false, false, false },
	{ "matchLabels: {app: web, tier: 2}", false, false, false, false },
	{ "matchLabels: {}", true, false, true, true },
	{ "namespaces: [\"*\"]", true, true, true, true },
	{ "namespaces: [shop]", false, true, false, false },
	{ "matchLabels: {app: web}, namespaces: [shop, default]", true, true, false, false },
	{ "matchExpressions: [{key: app, operator: In, values: [db, x]}]", false, false, true,
	  false },
	{ "matchExpressions: [{key: app, operator: NotIn, values: [db]}]", true, false, false,
	  true },
	{ "matchExpressions: [{key: label, operator: In, values: [app=web]}]", true, false, false,
	  false },
	{ "matchExpressions: [{key: namespace, operator: In, values: [shop]}], namespaces: "
	  "[\"*\"]",
	  false, true, false, false },
	{ "matchLabels: {app: web}, matchExpressions: [{key: tier, operator: NotIn, values: [1]}]",
	  false, false, false, false },
};

TEST_F(peers, sets_match_pods_by_labels_and_namespace)
{
	for (size_t i = 0; i < N(matches); i++) {
		struct kpol_diags diags = { 0 };
		struct kpol_bundle *bundle;
		struct kpol_ruleset *ruleset;
		const struct kpol_set_row *set;
		char yaml[1024];

		snprintf(yaml, sizeof(yaml), PEERS(PEER("%s")), matches[i].peer);
		ruleset = compile(yaml, NULL, 0, &diags, &bundle);
		ASSERT_NE(NULL, ruleset) TH_LOG("%s", matches[i].peer);
		set = &ruleset->sets[0];
		EXPECT_EQ(matches[i].web, kpol_set_matches(set, "default", web, N(web)))
		TH_LOG("%s", matches[i].peer);
		EXPECT_EQ(matches[i].web_elsewhere, kpol_set_matches(set, "shop", web, N(web)))
		TH_LOG("%s", matches[i].peer);
		EXPECT_EQ(matches[i].db, kpol_set_matches(set, "default", db, N(db)))
		TH_LOG("%s", matches[i].peer);
		EXPECT_EQ(matches[i].bare, kpol_set_matches(set, "default", NULL, 0))
		TH_LOG("%s", matches[i].peer);
		kpol_ruleset_free(ruleset);
		kpol_bundle_free(bundle);
		kpol_diags_clear(&diags);
	}
}

static struct kpol_address v4(uint32_t host)
{
	struct kpol_address address = { .family = AF_INET };

	host = htonl(host);
	memcpy(address.addr, &host, 4);
	return address;
}

static char *rows_text(const struct kpol_address_rows *rows)
{
	struct kpol_buffer out = { 0 };
	char address[INET6_ADDRSTRLEN];

	kpol_buffer_puts(&out, "");
	for (size_t i = 0; i < rows->n; i++) {
		const struct kpol_address_row *row = &rows->items[i];

		inet_ntop(row->family, row->addr, address, sizeof(address));
		kpol_buffer_printf(&out, "%s", address);
		for (size_t k = 0; k < row->n_ids; k++)
			kpol_buffer_printf(&out, "%c%u", k ? ',' : ' ', row->ids[k]);
		kpol_buffer_putc(&out, '\n');
	}
	return kpol_buffer_take(&out);
}

#define EXPECT_ROWS(expected, rows)            \
	do {                                   \
		char *_text = rows_text(rows); \
		EXPECT_STREQ(expected, _text); \
		free(_text);                   \
	} while (0)

#define TWO_SETS                                                             \
	PEERS(PEER("matchLabels: {app: web}") PEER("matchLabels: {app: db}") \
		      PEER("namespaces: [\"*\"]"))

TEST_F(peers, pods_become_address_rows)
{
	struct kpol_address dual[] = { v4(0x0a000001),
				       { .family = AF_INET6, .addr = { 0xfd, [15] = 1 } } };
	/* ::ffff:10.0.0.2 is 10.0.0.2. */
	struct kpol_address mapped = { .family = AF_INET6,
				       .addr = { [10] = 0xff, [11] = 0xff, 10, 0, 0, 2 } };
	struct kpol_pod pods[] = {
		{ "default", web, N(web), dual, 2 },
		{ "default", db, N(db), &mapped, 1 },
		{ "shop", db, N(db), NULL, 0 },
	};
	struct kpol_address_rows rows;

	COMPILE(TWO_SETS);
	ASSERT_EQ(0, kpol_compile_addresses(self->ruleset, pods, N(pods), &rows));
	EXPECT_ROWS("10.0.0.1 1,3\n10.0.0.2 2,3\nfd00::1 1,3\n", &rows);
	EXPECT_EQ(2, kpol_address_rows_find(&rows, AF_INET6, mapped.addr)->ids[0]);
	EXPECT_EQ(NULL, kpol_address_rows_find(&rows, AF_INET, (const uint8_t *)"\x0a\0\0\x03"));
	kpol_address_rows_clear(&rows);
}

TEST_F(peers, address_used_again_has_nothing_of_its_old_labels)
{
	struct kpol_address address = v4(0x0a000001);
	struct kpol_pod pods[] = {
		{ "default", web, N(web), &address, 1 },
		{ "elsewhere", db, N(db), &address, 1 },
	};
	struct kpol_address_rows rows;

	COMPILE(PEERS(PEER("matchLabels: {app: web}") PEER("matchLabels: {app: db}")));
	ASSERT_EQ(0, kpol_compile_addresses(self->ruleset, pods, N(pods), &rows));
	EXPECT_EQ(0, rows.n);
	kpol_address_rows_clear(&rows);
}

TEST_F(peers, difference_is_what_has_to_be_sent)
{
	struct kpol_address a = v4(1), b = v4(2), c = v4(3), d = v4(4);
	struct kpol_pod before[] = { { "default", web, 2, &a, 1 },
				     { "default", web, 2, &b, 1 },
				     { "default", web, 2, &c, 1 } };
	struct kpol_pod after[] = { { "default", web, 2, &a, 1 },
				    { "default", db, 1, &b, 1 },
				    { "default", db, 1, &d, 1 } };
	struct kpol_address_rows old, new, sent;

	COMPILE(TWO_SETS);
	ASSERT_EQ(0, kpol_compile_addresses(self->ruleset, before, 3, &old));
	ASSERT_EQ(0, kpol_compile_addresses(self->ruleset, after, 3, &new));
	ASSERT_EQ(0, kpol_address_rows_diff(&old, &new, &sent));
	EXPECT_ROWS("0.0.0.2 2,3\n0.0.0.3\n0.0.0.4 2,3\n", &sent);
	kpol_address_rows_clear(&sent);
	ASSERT_EQ(0, kpol_address_rows_diff(&new, &new, &sent));
	EXPECT_EQ(0, sent.n);
	kpol_address_rows_clear(&old);
	kpol_address_rows_clear(&new);
}

/* 10,000 pods with ten labels each, 100 sets: the answers of a plain scan, in a fraction of a second. */
#define MANY_PODS 10000
#define MANY_SETS 100

struct many {
	char text[MANY_PODS][2][16];
	struct kpol_label labels[MANY_PODS][10];
	struct kpol_address addresses[MANY_PODS];
	struct kpol_pod pods[MANY_PODS];
};

static void fill_many(struct many *m)
{
	static char keys[10][8], same[] = "same";

	for (int k = 0; k < 10; k++)
		snprintf(keys[k], sizeof(keys[k]), "key%d", k);
	for (uint32_t i = 0; i < MANY_PODS; i++) {
		for (int k = 0; k < 10; k++)
			m->labels[i][k] = (struct kpol_label){ keys[k], same };
		snprintf(m->text[i][0], 16, "v%u", i % MANY_SETS);
		snprintf(m->text[i][1], 16, "v%u", i % 7);
		m->labels[i][3].value = m->text[i][0];
		m->labels[i][7].value = m->text[i][1];
		m->addresses[i] = v4(0x0a000000 + i);
		m->pods[i] = (struct kpol_pod){ "default", m->labels[i], 10, &m->addresses[i], 1 };
	}
}

TEST_F(peers, ten_thousand_pods_meet_a_hundred_sets_quickly)
{
	struct kpol_buffer yaml = { 0 };
	struct many *m = calloc(1, sizeof(*m));
	struct kpol_address_rows rows;
	struct timespec from, to;
	long ms;

	kpol_buffer_puts(&yaml, PEERS(""));
	for (int i = 0; i < MANY_SETS - 1; i++)
		kpol_buffer_printf(&yaml, PEER("matchLabels: {key%d: v%d, key9: same}"),
				   i % 3 ? 3 : 7, i);
	kpol_buffer_puts(&yaml,
			 PEER("matchExpressions: [{key: key7, operator: NotIn, values: [v1]}]"));
	COMPILE(yaml.text);
	ASSERT_EQ(MANY_SETS, self->ruleset->n_sets);
	fill_many(m);
	clock_gettime(CLOCK_MONOTONIC, &from);
	ASSERT_EQ(0, kpol_compile_addresses(self->ruleset, m->pods, MANY_PODS, &rows));
	clock_gettime(CLOCK_MONOTONIC, &to);
	ms = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
	TH_LOG("%d pods, %d sets: %ld ms", MANY_PODS, MANY_SETS, ms);
	EXPECT_GT(1000, ms);
	for (uint32_t i = 0; i < MANY_PODS; i++) {
		const struct kpol_address_row *row =
			kpol_address_rows_find(&rows, AF_INET, m->addresses[i].addr);
		size_t n = 0;

		for (uint32_t id = 1; id <= MANY_SETS; id++) {
			if (!kpol_set_matches(&self->ruleset->sets[id - 1], "default", m->labels[i],
					      10))
				continue;
			ASSERT_NE(NULL, row);
			ASSERT_GT(row->n_ids, n);
			EXPECT_EQ(id, row->ids[n]);
			n++;
		}
		EXPECT_EQ(n, row ? row->n_ids : 0);
	}
	kpol_address_rows_clear(&rows);
	kpol_buffer_clear(&yaml);
	free(m);
}

/* Ranges with exceptions */

static char *subtract(const char *whole, const char *const *without)
{
	struct kpol_peer from, less[8], *left = NULL;
	struct kpol_buffer out = { 0 };
	size_t n = 0, n_left = 0;
	char text[INET6_ADDRSTRLEN];

	kpol_buffer_puts(&out, "");
	kpol_cidr_read(whole, &from);
	for (; *without; without++)
		kpol_cidr_read(*without, &less[n++]);
	kpol_prefix_subtract(&from, less, n, &left, &n_left);
	for (size_t i = 0; i < n_left; i++)
		kpol_buffer_printf(&out, "%s%s/%u", i ? " " : "",
				   inet_ntop(left[i].family, left[i].addr, text, sizeof(text)),
				   left[i].prefix);
	free(left);
	return kpol_buffer_take(&out);
}

static const struct {
	const char *whole;
	const char *without[5];
	const char *left;
} ranges[] = {
	{ "10.0.0.0/8", { NULL }, "10.0.0.0/8" },
	{ "10.0.0.0/8", { "10.0.0.0/8" }, "" },
	{ "10.0.0.0/8", { "0.0.0.0/0" }, "" },
	{ "10.0.0.0/8", { "11.0.0.0/8" }, "10.0.0.0/8" },
	{ "10.0.0.0/8", { "10.0.0.0/9" }, "10.128.0.0/9" },
	{ "10.0.0.0/8", { "10.128.0.0/9" }, "10.0.0.0/9" },
	{ "10.0.0.0/8", { "10.0.0.0/9", "10.128.0.0/9" }, "" },
	{ "10.0.0.0/30", { "10.0.0.1", "10.0.0.2" }, "10.0.0.0/32 10.0.0.3/32" },
	{ "10.0.0.0/29", { "10.0.0.4", "10.0.0.4/31" }, "10.0.0.0/30 10.0.0.6/31" },
	{ "0.0.0.0/0", { "255.255.255.255" }, NULL },
	{ "1.2.3.4", { "1.2.3.4" }, "" },
	{ "fd00::/8", { "10.0.0.0/8" }, "fd00::/8" },
	{ "2001:db8::/62", { "2001:db8:0:1::/64" }, "2001:db8::/64 2001:db8:0:2::/63" },
	{ "2001:db8::/126", { "2001:db8::2" }, "2001:db8::/127 2001:db8::3/128" },
	{ "::/0", { "::/1", "8000::/1" }, "" },
	{ "::/0", { "8000::/1" }, "::/1" },
};

TEST(what_is_left_of_a_range_is_exact)
{
	for (size_t i = 0; i < N(ranges); i++) {
		char *left = subtract(ranges[i].whole, ranges[i].without);

		if (ranges[i].left)
			EXPECT_STREQ(ranges[i].left, left);
		free(left);
	}
}

static bool covers(const struct kpol_peer *peers, size_t n, const struct kpol_peer *address)
{
	for (size_t i = 0; i < n; i++)
		if (kpol_prefix_covers(&peers[i], address))
			return true;
	return false;
}

/* Every address of small ranges, at the end of IPv4 and of IPv6 addresses, against the sentence it stands for. */
TEST(each_address_is_left_or_excepted)
{
	srand(3);
	for (int round = 0; round < 2000; round++) {
		uint8_t family = round % 2 ? AF_INET6 : AF_INET;
		unsigned int bits = family == AF_INET ? 32 : 128, at = family == AF_INET ? 3 : 15;
		struct kpol_peer whole = { .family = family, .prefix = (uint8_t)(bits - 8) };
		struct kpol_peer less[6], *left = NULL, address;
		size_t n = (size_t)(rand() % 6), n_left = 0;

		for (size_t i = 0; i < n; i++) {
			unsigned int len = (unsigned int)(rand() % 9);

			less[i] = whole;
			less[i].prefix = (uint8_t)(bits - 8 + len);
			less[i].addr[at] = (uint8_t)(rand() & (0xff00 >> len));
		}
		ASSERT_EQ(0, kpol_prefix_subtract(&whole, less, n, &left, &n_left));
		address = whole;
		address.prefix = (uint8_t)bits;
		for (int host = 0; host < 256; host++) {
			address.addr[at] = (uint8_t)host;
			EXPECT_EQ(!covers(less, n, &address), covers(left, n_left, &address));
		}
		for (size_t i = 0; i < n_left; i++)
			for (size_t k = 0; k < i; k++) {
				EXPECT_FALSE(kpol_prefix_covers(&left[i], &left[k]) ||
					     kpol_prefix_covers(&left[k], &left[i]));
			}
		free(left);
	}
}

TEST_HARNESS_MAIN
