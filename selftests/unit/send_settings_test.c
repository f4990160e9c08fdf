// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of transports: what is wrong is said with its line and what may have been meant. */
#include "kselftest_harness.h"

#include "send_case.h"

TEST(every_transport_and_setting_has_its_sentence)
{
	const struct kpol_send_transport *const *transports = kpol_send_transports();
	size_t n = 0;

	for (; transports[n]; n++) {
		const struct kpol_send_setting *row = transports[n]->settings;
		struct kpol_send_settings settings;
		const char *nearest;

		EXPECT_EQ(transports[n], kpol_send_transport_find(transports[n]->name, &nearest));
		EXPECT_NE(NULL, transports[n]->purpose);
		EXPECT_EQ(0, kpol_send_settings_init(&settings, transports[n]));
		for (; row->name; row++) {
			EXPECT_NE(NULL, row->parse) TH_LOG("%s", row->name);
			EXPECT_NE(NULL, row->sentence) TH_LOG("%s", row->name);
			EXPECT_FALSE(row->required && row->fallback) TH_LOG("%s", row->name);
		}
		EXPECT_GT(64, row - transports[n]->settings);
		kpol_send_settings_clear(&settings);
	}
	EXPECT_EQ(9, n);
}

TEST(unknown_transport_suggests_a_near_one)
{
	const char *nearest = NULL;

	EXPECT_EQ(NULL, kpol_send_transport_find("splunk_hec", &nearest));
	EXPECT_STREQ("splunk-hec", nearest);
	EXPECT_EQ(NULL, kpol_send_transport_find("carrier-pigeon", &nearest));
	EXPECT_EQ(NULL, nearest);
}

/* struct wrong - one line for a transport, and what is said of it. */
static const struct wrong {
	const char *transport, *key, *value, *message;
} wrongs[] = {
	{ "tcp", "addr3ss", "x:1", "tcp has no setting \"addr3ss\" (did you mean \"address\"?)" },
	{ "tcp", "verify", "no", "tcp has no setting \"verify\"" },
	{ "tls", "framing", "lf", "tls has no setting \"framing\"" },
	{ "tls", "insecure", "yes", "tls has no setting \"insecure\"" },
	{ "tcp", "address", "a b:1",
	  "address must be host:port, or [address]:port for IPv6, not "
	  "\"a b:1\"" },
	{ "tcp", "address", "::1:514", "address must be" },
	{ "tcp", "address", "host:0", "address must be" },
	{ "tcp", "address", "host:65536", "address must be" },
	{ "tcp", "address", "user@host:1", "address must be" },
	{ "tcp", "address", "host/path:1", "address must be" },
	{ "tcp", "address", "", "address must be" },
	{ "tcp", "framing", "octets", "framing must be octet-counting or lf, not \"octets\"" },
	{ "tcp", "send-timeout", "10",
	  "send-timeout must be a time from 10ms to 300s, such as "
	  "10s, not \"10\"" },
	{ "tcp", "send-timeout", "1h", "send-timeout must be a time" },
	{ "tcp", "send-timeout", "-1s", "send-timeout must be a time" },
	{ "tcp", "send-timeout", "99999999999999999999s", "send-timeout must be a time" },
	{ "tls", "ca-file", "ca.pem",
	  "ca-file must be the absolute path of a file, or "
	  "credential:NAME" },
	{ "tls", "key", "credential:../etc/shadow", "key must be" },
	{ "tls", "server-name", "a/b", "server-name must be a host's name or address" },
	{ "http", "url", "ftp://x/", "url must be https://" },
	{ "http", "url", "https://u:p@host/", "do not belong there" },
	{ "http", "url", "https://", "url must be" },
	{ "http", "url", "https://host/a b", "url must be" },
	{ "http", "body", "xml", "body must be ndjson or array" },
	{ "file", "path", "log", "path must be an absolute path" },
	{ "file", "mode", "0666", "mode must be 0600 or 0640" },
	{ "file", "max-size", "1K", "max-size must be a size from 4K" },
	{ "file", "max-size", "99999999999999G", "max-size must be a size" },
	{ "file", "max-files", "1", "max-files must be a number from 2 to 1000" },
	{ "splunk-hec", "index", "", "index must be a short text" },
};

TEST(wrong_values_are_told_with_their_line)
{
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct wrong *wrong = &wrongs[i];
		struct kpol_send_settings settings;
		struct kpol_diags diags = { 0 };
		const char *nearest;
		const struct kpol_send_transport *transport =
			kpol_send_transport_find(wrong->transport, &nearest);

		ASSERT_EQ(0, kpol_send_settings_init(&settings, transport));
		EXPECT_EQ(-EINVAL, kpol_send_settings_set(&settings, transport, "kpold.conf", 7,
							  wrong->key, wrong->value, &diags))
		TH_LOG("%s=%s", wrong->key, wrong->value);
		ASSERT_EQ(1, diags.n);
		EXPECT_NE(NULL, strstr(diags.items[0].message, wrong->message))
		TH_LOG("%s", diags.items[0].message);
		EXPECT_STREQ("kpold.conf", diags.items[0].file);
		EXPECT_EQ(7, diags.items[0].line);
		kpol_diags_clear(&diags);
		kpol_send_settings_clear(&settings);
	}
}

TEST(settings_must_be_whole)
{
	static const struct {
		const char *transport, *text, *message;
	} cases[] = {
		{ "tcp", "", "tcp wants address: host and port of the receiver" },
		{ "file", "", "file wants path: " },
		{ "splunk-hec", "url=https://s:8088", "splunk-hec wants token-file: " },
		{ "tls", "address=h\ncertificate=/c", "certificate and key go together" },
		{ "tcp", "address=h\nretry-min=30s\nretry-max=1s", "retry-min is more than" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct caller caller;

		EXPECT_EQ(-1, begin_caller(&caller, cases[i].transport, cases[i].text));
		EXPECT_NE(NULL, strstr(caller.failure, cases[i].message))
		TH_LOG("%s", caller.failure);
		end_caller(&caller);
	}
}

TEST(values_are_understood)
{
	static struct caller caller;

	ASSERT_EQ(0,
		  begin_caller(&caller, "tls",
			       "address=[2001:db8::1]\nconnect-timeout=1500ms\nserver-name=a.b"));
	EXPECT_STREQ("2001:db8::1", caller.settings.host);
	EXPECT_EQ(6514, caller.settings.port);
	EXPECT_EQ(1500000, caller.settings.connect_timeout_us);
	EXPECT_EQ(30000000, caller.settings.send_timeout_us);
	end_caller(&caller);
	ASSERT_EQ(0, begin_caller(&caller, "file", "path=/nowhere/x\nmax-size=2M\nmode=0640"));
	EXPECT_EQ(2 << 20, caller.settings.max_size);
	EXPECT_EQ(0640, caller.settings.mode);
	EXPECT_EQ(KPOL_SYNC_BATCH, caller.settings.sync);
	end_caller(&caller);
}

TEST_HARNESS_MAIN
