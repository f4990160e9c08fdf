// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of kpolctl: rows, arguments, framing, escaping. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "kpolctl/args.h"
#include "kpolctl/escape.h"
#include "kpolctl/frame.h"
#include "kpolctl/options.h"
#include "kpolctl/row.h"
#include "kpolctl/verb.h"

#include "kselftest_harness.h"

static const char *const options[] = {
	"-f, --follow\tkeep on",
	"--last N\tat most N",
	"--dry-run[=kernel]\tonly try",
	NULL,
};

static const struct kpolctl_verb verb = {
	.name = "try",
	.args = "POLICY observe|enforce [N]",
	.options = options,
};

static const struct kpolctl_verb verb_many = { .name = "many", .args = "FILE..." };

static int read_args(const struct kpolctl_verb *row, struct kpolctl_args *args, char **argv)
{
	static char *kept[16]; /* args points into it */
	int argc = 0;

	for (; argv[argc]; argc++)
		kept[argc] = argv[argc];
	kept[argc] = NULL;
	/* What is said about a wrong line is the business of kpolctl_verbs_test. */
	fclose(stderr);
	return kpolctl_args_read(row, argc, kept, args);
}

#define READ(row, args, ...) read_args(row, args, (char *[]){ "verb", __VA_ARGS__, NULL })

TEST(option_row_is_taken_apart)
{
	struct kpolctl_option option;

	kpolctl_option_read("-f, --follow\tkeep on", &option);
	EXPECT_EQ('f', option.short_name);
	EXPECT_EQ(0, strncmp("--follow", option.name, option.name_len));
	EXPECT_EQ(KPOLCTL_VALUE_NONE, option.value);
	EXPECT_STREQ("keep on", option.what);

	kpolctl_option_read("--last N\tat most N", &option);
	EXPECT_EQ(0, option.short_name);
	EXPECT_EQ(6, option.name_len);
	EXPECT_EQ(KPOLCTL_VALUE_REQUIRED, option.value);
	EXPECT_EQ(1, option.value_len);

	kpolctl_option_read("--dry-run[=kernel]\tonly try", &option);
	EXPECT_EQ(9, option.name_len);
	EXPECT_EQ(KPOLCTL_VALUE_OPTIONAL, option.value);
	EXPECT_EQ(0, strncmp("kernel", option.value_name, option.value_len));
	EXPECT_EQ(6, option.value_len);
}

TEST(word_of_a_row_is_found_by_its_place)
{
	struct kpolctl_alternatives alternatives;
	struct kpolctl_word word;

	ASSERT_TRUE(kpolctl_word_read(verb.args, 1, &word));
	EXPECT_TRUE(kpolctl_word_alternatives(&word, &alternatives));
	EXPECT_STREQ("observe", alternatives.items[0]);
	EXPECT_STREQ("enforce", alternatives.items[1]);
	EXPECT_EQ(NULL, alternatives.items[2]);
	ASSERT_TRUE(kpolctl_word_read(verb.args, 2, &word));
	EXPECT_TRUE(word.optional);
	EXPECT_FALSE(kpolctl_word_alternatives(&word, &alternatives));
	EXPECT_FALSE(kpolctl_word_read(verb.args, 3, &word));
	EXPECT_FALSE(kpolctl_word_read(NULL, 0, &word));
	EXPECT_TRUE(kpolctl_word_read("FILE...", 7, &word));
	EXPECT_TRUE(word.many);
	EXPECT_EQ(4, word.len);
}

TEST(options_and_words_come_in_any_order)
{
	struct kpolctl_args args;

	ASSERT_EQ(0, READ(&verb, &args, "--last", "5", "p", "--dry-run", "observe", "-f"));
	EXPECT_STREQ("5", kpolctl_args_option(&args, "--last"));
	EXPECT_STREQ("", kpolctl_args_option(&args, "--dry-run"));
	EXPECT_STREQ("", kpolctl_args_option(&args, "--follow"));
	EXPECT_STREQ("p", kpolctl_args_word(&args, 0));
	EXPECT_STREQ("observe", kpolctl_args_word(&args, 1));
	EXPECT_EQ(NULL, kpolctl_args_word(&args, 2));
}

TEST(option_value_may_follow_an_equals_sign)
{
	struct kpolctl_args args;

	ASSERT_EQ(0, READ(&verb, &args, "p", "observe", "--last=7", "--dry-run=kernel"));
	EXPECT_STREQ("7", kpolctl_args_option(&args, "--last"));
	EXPECT_STREQ("kernel", kpolctl_args_option(&args, "--dry-run"));
	EXPECT_EQ(NULL, kpolctl_args_option(&args, "--follow"));
}

TEST(words_after_two_dashes_are_no_options)
{
	struct kpolctl_args args;

	ASSERT_EQ(0, READ(&verb_many, &args, "--", "--last", "-"));
	EXPECT_STREQ("--last", kpolctl_args_word(&args, 0));
	EXPECT_STREQ("-", kpolctl_args_word(&args, 1));
}

TEST(wrong_lines_are_wrong_usage)
{
	struct kpolctl_args args;

	EXPECT_EQ(KPOLCTL_USAGE, READ(&verb, &args, "p"));
	EXPECT_EQ(KPOLCTL_USAGE, READ(&verb, &args, "p", "perhaps"));
	EXPECT_EQ(KPOLCTL_USAGE, READ(&verb, &args, "p", "observe", "1", "2"));
	EXPECT_EQ(KPOLCTL_USAGE, READ(&verb, &args, "p", "observe", "--last"));
	EXPECT_EQ(KPOLCTL_USAGE, READ(&verb, &args, "p", "observe", "--follow=1"));
	EXPECT_EQ(KPOLCTL_USAGE, READ(&verb, &args, "p", "observe", "--lost"));
	EXPECT_EQ(KPOLCTL_USAGE, read_args(&verb_many, &args, (char *[]){ "many", NULL }));
}

TEST(number_is_whole_and_within_bounds)
{
	static const char *const wrong[] = { "",   "0",	 "11", "-1",
					     "+1", " 1", "1x", "99999999999999999999" };
	unsigned long number = 0;

	fclose(stderr);
	EXPECT_EQ(0, kpolctl_number_read("N", "10", 1, 10, &number));
	EXPECT_EQ(10, number);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		EXPECT_EQ(KPOLCTL_USAGE, kpolctl_number_read("N", wrong[i], 1, 10, &number));
	EXPECT_EQ(10, number);
}

TEST(common_options_are_taken_out_wherever_they_stand)
{
	char *argv[] = { "kpolctl", "-o",    "json", "get", "--socket=/x",
			 "-q",	    "rules", "--",   "-q",  NULL };
	int argc = 9;

	ASSERT_EQ(0, kpolctl_options_take(&argc, argv));
	EXPECT_EQ(5, argc);
	EXPECT_STREQ("get", argv[1]);
	EXPECT_STREQ("rules", argv[2]);
	EXPECT_STREQ("--", argv[3]);
	EXPECT_STREQ("-q", argv[4]);
	EXPECT_EQ(NULL, argv[5]);
	EXPECT_EQ(KPOLCTL_JSON, kpolctl_output);
	EXPECT_TRUE(kpolctl_quiet);
	EXPECT_STREQ("/x", kpolctl_options.socket);
}

FIXTURE(frame)
{
	int fds[2];
	struct kpolctl_frames frames;
	struct json_object *message;
};

FIXTURE_SETUP(frame)
{
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, self->fds));
	self->frames.fd = self->fds[0];
}

FIXTURE_TEARDOWN(frame)
{
	json_object_put(self->message);
	kpolctl_frames_clear(&self->frames);
	close(self->fds[0]);
	close(self->fds[1]);
}

#define SEND(text) ASSERT_EQ((ssize_t)sizeof(text) - 1, write(self->fds[1], text, sizeof(text) - 1))

TEST_F(frame, two_messages_in_one_read)
{
	SEND("{\"a\":1}\0{\"b\":2}\0");
	ASSERT_EQ(1, kpolctl_frame_read(&self->frames, &self->message));
	EXPECT_STREQ("{ \"a\": 1 }", json_object_to_json_string(self->message));
	json_object_put(self->message);
	ASSERT_EQ(1, kpolctl_frame_read(&self->frames, &self->message));
	EXPECT_STREQ("{ \"b\": 2 }", json_object_to_json_string(self->message));
	shutdown(self->fds[1], SHUT_WR);
	EXPECT_EQ(0, kpolctl_frame_read(&self->frames, &self->message));
}

TEST_F(frame, message_in_single_bytes)
{
	static const char text[] = "{\"k\":\"v\"}";
	pid_t pid = fork();

	if (pid == 0) {
		for (size_t i = 0; i < sizeof(text); i++)
			if (write(self->fds[1], text + i, 1) != 1)
				_exit(1);
		_exit(0);
	}
	ASSERT_EQ(1, kpolctl_frame_read(&self->frames, &self->message));
	EXPECT_STREQ("{ \"k\": \"v\" }", json_object_to_json_string(self->message));
}

TEST_F(frame, end_inside_a_message_is_an_error)
{
	SEND("{\"a\":");
	shutdown(self->fds[1], SHUT_WR);
	EXPECT_EQ(-EBADMSG, kpolctl_frame_read(&self->frames, &self->message));
}

TEST_F(frame, what_is_no_object_is_an_error)
{
	SEND("[1]\0nonsense\0{\"a\":1}x\0\0{\"a\":1}\0");
	for (int i = 0; i < 4; i++)
		EXPECT_EQ(-EBADMSG, kpolctl_frame_read(&self->frames, &self->message));
	EXPECT_EQ(1, kpolctl_frame_read(&self->frames, &self->message));
}

TEST_F(frame, silence_times_out)
{
	struct timeval timeout = { .tv_usec = 1000 };

	setsockopt(self->fds[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	EXPECT_EQ(-ETIMEDOUT, kpolctl_frame_read(&self->frames, &self->message));
}

TEST_F(frame, big_message_goes_through_whole)
{
	size_t len = 1 << 20;
	char *text = calloc(1, len + 1);
	struct json_object *big = json_object_new_object();
	pid_t pid;

	memset(text, '"', len); /* each takes two bytes on the wire */
	json_object_object_add(big, "text", json_object_new_string(text));
	pid = fork();
	if (pid == 0)
		_exit(kpolctl_frame_write(self->fds[1], big) ? 1 : 0);
	ASSERT_EQ(1, kpolctl_frame_read(&self->frames, &self->message));
	EXPECT_TRUE(json_object_equal(big, self->message));
	json_object_put(big);
	free(text);
}

TEST_F(frame, writing_to_nobody_is_an_error_not_a_signal)
{
	struct json_object *message = json_object_new_object();

	shutdown(self->fds[0], SHUT_RD);
	EXPECT_EQ(-EPIPE, kpolctl_frame_write(self->fds[1], message));
	json_object_put(message);
}

TEST(json_stays_equal_json_and_safe_on_a_terminal)
{
	/* DEL, C1 CSI, right-to-left override, a byte that is no UTF-8, and a plain letter beyond
	 * ASCII */
	char *safe = kpolctl_escape_json("{\"a\":\"\x7f\xc2\x9b\xe2\x80\xae\xff\xc3\xa4\"}");

	EXPECT_STREQ("{\"a\":\"\\u007f\\u009b\\u202e\\ufffd\xc3\xa4\"}", safe);
	free(safe);
}

TEST(width_counts_characters)
{
	EXPECT_EQ(0, kpolctl_text_width(""));
	EXPECT_EQ(4, kpolctl_text_width("a\xc3\xa4\xe2\x82\xac."));
}

TEST_HARNESS_MAIN
