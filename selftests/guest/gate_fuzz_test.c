// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages that nobody would send, by the hundred thousand: what is live is always something that
 * was committed whole.
 *
 * KPOL_FUZZ_SEED and KPOL_FUZZ_MESSAGES, in the environment or on the kernel command line, say which
 * and how many; the same seed sends the same messages, but for what depends on the module's answers.
 * KPOL_FUZZ_SECONDS says for how long instead. With KPOL_FUZZ_COVER=1, on a kernel with KCOV, messages
 * that reach new places in the module are kept, and half of what is sent is made of them.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/cover.h"
#include "lib/gate.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "lib/random.h"
#include "lib/slow.h"
#include "nl/private.h"
#include "nl/status.h"

#define MESSAGES 120000
#define SOCKETS 4
#define CHECK_EVERY 2000
#define MESSAGE_MAX 8192
#define CORPUS_MAX 2048
#define KNOWN_SET "labels:f=f@f" /* those with rules have this one */
#define KNOWN_RULES 4 /* rulesets that are committed on purpose have 0 to so many rules */

/* One socket and where it is in a transaction of its own. */
struct speaker {
	int fd;
	uint32_t id;
	unsigned int rules; /* good ones since it began; BROKEN: not only good ones */
};
#define BROKEN 1000

/* What has once been sent, and reached new places: from the heap. */
struct kept {
	size_t len;
	char *bytes;
};

static struct fuzz {
	uint16_t family;
	struct speaker speakers[SOCKETS];
	uint8_t digest[KNOWN_RULES + 1][KPOL_DIGEST_LEN];
	uint64_t generation; /* as the last status had it */
	uint64_t sent, refused, accepted, commits, lockouts;
	_Alignas(8) char buf[MESSAGE_MAX];
	size_t len;
	bool cover;
	unsigned int n_kept;
	struct kept kept[CORPUS_MAX];
} * fuzz;

/* Building: every attribute passes through here, and may come out wrong. */

static void *room(size_t len)
{
	char *at = fuzz->buf + fuzz->len;
	size_t padded = NLMSG_ALIGN(len);

	if (fuzz->len + padded > sizeof(fuzz->buf))
		return NULL;
	memset(at, 0, padded);
	fuzz->len += padded;
	return at;
}

static struct nlattr *put(unsigned int type, const void *bytes, size_t len, bool mutate)
{
	size_t claimed = NLA_HDRLEN + len;
	struct nlattr *attr;

	if (mutate && random_one_in(40))
		return NULL; /* left out */
	attr = room(NLA_HDRLEN + len);
	if (!attr)
		return NULL;
	if (mutate && random_one_in(40))
		type = random_below(40);
	if (mutate && random_one_in(60))
		type |= random_one_in(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
	if (mutate && random_one_in(60))
		claimed = random_one_in(2) ? random_below(12) : random_below(65536);
	attr->nla_type = type;
	attr->nla_len = claimed;
	memcpy((char *)attr + NLA_HDRLEN, bytes, len);
	if (mutate && len && random_one_in(40))
		((char *)attr)[NLA_HDRLEN + random_below(len)] ^= 1 << random_below(8);
	return attr;
}

static void put_number(unsigned int type, uint32_t number, bool mutate)
{
	static const uint32_t odd[] = {
		0, 1, 2, 3, 255, 256, 65535, 65536, 1U << 20, ~0U, 1U << 31
	};

	if (mutate && random_one_in(15))
		number = odd[random_below(sizeof(odd) / sizeof(odd[0]))];
	put(type, &number, mutate && random_one_in(60) ? random_below(4) : 4, mutate);
}

static void put_number64(unsigned int type, uint64_t number, bool mutate)
{
	put(type, &number, mutate && random_one_in(60) ? random_below(8) : 8, mutate);
}

static void put_text(unsigned int type, const char *text, bool mutate)
{
	static const char *const odd[] = {
		"", "/", "//", "/*", "*", "/**/x", "[", "\\", "/a/../b", "{a,b}", "/**/**/**/**/x",
		"?"
	};
	size_t len;

	if (mutate && random_one_in(15))
		text = odd[random_below(sizeof(odd) / sizeof(odd[0]))];
	if (mutate && random_one_in(200))
		text = gate_letters + random_below(sizeof(gate_letters));
	len = strlen(text) + 1;
	put(type, text, mutate && random_one_in(60) ? random_below(len + 1) : len, mutate);
}

static size_t begin_nest(unsigned int type, bool mutate)
{
	size_t at = fuzz->len;

	put(NLA_F_NESTED | type, NULL, 0, false);
	(void)mutate;
	return at;
}

static void end_nest(size_t at, bool mutate)
{
	struct nlattr *attr = (struct nlattr *)(fuzz->buf + at);

	if (at + NLA_HDRLEN > fuzz->len)
		return;
	attr->nla_len = fuzz->len - at;
	if (mutate && random_one_in(60))
		attr->nla_len = random_below(fuzz->len - at + 64);
	if (mutate && random_one_in(60))
		attr->nla_type = random_below(32);
}

static void put_policy(bool mutate)
{
	size_t nest = begin_nest(KPOL_A_TX_POLICY, mutate);

	put_number(KPOL_A_POLICY_ID, 1, mutate);
	put_text(KPOL_A_POLICY_NAME, "p", mutate);
	put_number(KPOL_A_POLICY_MODE, KPOL_MODE_ENFORCE, mutate);
	end_nest(nest, mutate);
}

static void put_scope(bool mutate)
{
	size_t nest = begin_nest(KPOL_A_TX_SCOPE, mutate);

	put_number(KPOL_A_SCOPE_ID, 1, mutate);
	put_text(KPOL_A_SCOPE_NAME, "s", mutate);
	put_number(KPOL_A_SCOPE_FLAGS, mutate ? random_below(4) : 0, mutate);
	end_nest(nest, mutate);
}

static void put_set(bool mutate)
{
	size_t nest = begin_nest(KPOL_A_TX_SET, mutate);

	put_number(KPOL_A_SET_ID, 1, mutate);
	put_text(KPOL_A_SET_NAME, KNOWN_SET, mutate);
	end_nest(nest, mutate);
}

/* One of few addresses, in the one known set, in none or in odd ones. */
static void put_address(unsigned int type, bool mutate)
{
	static const uint32_t sets[] = { 1, 2, 0 };
	unsigned char address[16] = { 127, [3] = 1 };
	size_t nest = begin_nest(type, mutate);

	address[2] = random_below(3);
	put(KPOL_A_ADDRESS_ADDR, address, random_one_in(3) ? 16 : 4, mutate);
	if (!random_one_in(3))
		put(KPOL_A_ADDRESS_SETS, sets, sizeof(*sets) * (mutate ? random_below(4) : 1),
		    mutate);
	end_nest(nest, mutate);
}

static void put_odd_peer(void)
{
	put_number(KPOL_A_RULE_SET, random_below(3), true);
	put_number(KPOL_A_RULE_FAMILY, random_one_in(2) ? AF_INET : AF_INET6, true);
	put(KPOL_A_RULE_ADDR, "\x0a\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
	    random_one_in(2) ? 4 : 16, true);
	put_number(KPOL_A_RULE_PREFIX, random_below(130), true);
	put_number(KPOL_A_RULE_PROTOCOL, 6, true);
	put_number(KPOL_A_RULE_SOCKTYPES, 2, true);
	put_number(KPOL_A_RULE_PORT_FIRST, random_below(70000), true);
	put_number(KPOL_A_RULE_PORT_LAST, random_below(70000), true);
}

/* Rule @id of a ruleset that is known; mutated, of any class and match. */
static void put_rule(uint32_t id, bool mutate)
{
	size_t nest = begin_nest(KPOL_A_TX_RULE, mutate);
	bool odd = mutate && random_one_in(2);

	put_number(KPOL_A_RULE_ID, id, mutate);
	put_number(KPOL_A_RULE_SCOPE, 1, mutate);
	put_number(KPOL_A_RULE_POLICY, 1, mutate);
	put_number(KPOL_A_RULE_LINE, id, mutate);
	put_number(KPOL_A_RULE_CLASS, odd ? random_below(KPOL_CLASS_MAX + 2) : KPOL_CLASS_FILE,
		   mutate);
	put_number(KPOL_A_RULE_MATCH, odd ? random_below(KPOL_MATCH_MAX + 2) : KPOL_MATCH_PATH,
		   mutate);
	put_number(KPOL_A_RULE_OPS, odd ? random_next() : KPOL_OP_READ, mutate);
	put_number(KPOL_A_RULE_ACTION, KPOL_ACTION_BLOCK, mutate);
	put_text(KPOL_A_RULE_OBJECT, "/fuzz/x", mutate);
	if (odd)
		put_odd_peer();
	end_nest(nest, mutate);
}

static void put_binding_attrs(bool mutate)
{
	put_number(KPOL_A_BINDING_KIND, mutate ? 1 + random_below(KPOL_BIND_MAX) : KPOL_BIND_PATH,
		   mutate);
	if (mutate && random_one_in(2))
		put_number64(KPOL_A_BINDING_CGROUP, random_below(1000), mutate);
	put_text(KPOL_A_BINDING_PATH, "/fuzz-bound", mutate);
	put_number(KPOL_A_BINDING_SCOPE, 1, mutate);
}

static void put_binding(bool mutate)
{
	size_t nest = begin_nest(KPOL_A_TX_BINDING, mutate);

	put_binding_attrs(mutate);
	end_nest(nest, mutate);
}

static void put_garbage(void)
{
	unsigned int n = random_below(200);
	char *at = room(n);

	for (unsigned int i = 0; at && i < n; i++)
		at[i] = random_next();
}

/* Rows of one transaction: @rules of them good. Mutated: any number in any order, some of them
 * nested in each other. */
static void put_rows(struct speaker *s, bool mutate)
{
	size_t nest = 0;

	put_number(KPOL_A_TX_ID, s->id, mutate && random_one_in(5));
	if (!mutate) {
		if (!s->rules) {
			put_policy(false);
			put_scope(false);
			put_set(false);
		}
		put_rule(s->rules + 1, false);
		return;
	}
	if (random_one_in(30))
		nest = begin_nest(1 + random_below(9), true);
	for (unsigned int n = random_below(12); n; n--) {
		switch (random_below(7)) {
		case 0:
			put_policy(!random_one_in(3));
			break;
		case 1:
			put_scope(!random_one_in(3));
			break;
		case 2:
			put_rule(1 + random_below(4), !random_one_in(3));
			break;
		case 3:
			put_binding(!random_one_in(3));
			break;
		case 4:
			put_set(!random_one_in(3));
			break;
		case 5:
			put_address(KPOL_A_TX_ADDRESS, !random_one_in(3));
			break;
		default:
			put_garbage();
		}
	}
	if (nest)
		end_nest(nest, true);
}

static void put_decide(void)
{
	size_t nest = begin_nest(KPOL_A_DECIDE_ACCESS, true);

	put_number(KPOL_A_DECIDE_SCOPE, 1, true);
	put_number(KPOL_A_DECIDE_CLASS, 1 + random_below(5), true);
	put_number(KPOL_A_DECIDE_OP, 1U << random_below(32), true);
	put_text(KPOL_A_DECIDE_OBJECT, "/fuzz/x", true);
	put_text(KPOL_A_DECIDE_SOURCE, "/bin/x", true);
	put_number(KPOL_A_DECIDE_FAMILY, AF_INET, true);
	put(KPOL_A_DECIDE_ADDR, "\x7f\x00\x00\x01", 4, true);
	put_number(KPOL_A_DECIDE_PORT, 80, true);
	end_nest(nest, true);
}

static void put_commit(struct speaker *s, bool mutate)
{
	unsigned int rules = s->rules <= KNOWN_RULES ? s->rules : random_below(KNOWN_RULES + 1);

	put_number(KPOL_A_TX_ID, s->id, mutate && random_one_in(5));
	put_number(KPOL_A_TX_RULES, rules, mutate);
	put(KPOL_A_TX_DIGEST, fuzz->digest[rules], KPOL_DIGEST_LEN, mutate);
	if (random_one_in(4))
		put(KPOL_A_TX_DRY_RUN, NULL, 0, mutate);
}

static void put_payload(struct speaker *s, unsigned int command, bool mutate)
{
	switch (command) {
	case KPOL_CMD_TX_BEGIN:
		put_text(KPOL_A_TX_LABEL, "fuzz", mutate);
		break;
	case KPOL_CMD_TX_ADD:
		put_rows(s, mutate);
		break;
	case KPOL_CMD_TX_COMMIT:
		put_commit(s, mutate);
		break;
	case KPOL_CMD_TX_ABORT:
		put_number(KPOL_A_TX_ID, s->id, mutate);
		break;
	case KPOL_CMD_BINDING_ADD:
	case KPOL_CMD_BINDING_DEL:
		put_binding_attrs(mutate);
		put_number64(KPOL_A_BINDING_GENERATION, fuzz->generation, mutate);
		break;
	case KPOL_CMD_ADDRESS_SET:
		put_number64(KPOL_A_ADDRESSES_GENERATION, fuzz->generation, mutate);
		for (unsigned int n = random_below(6); n; n--)
			put_address(KPOL_A_ADDRESSES_ADDRESS, mutate && random_one_in(3));
		break;
	case KPOL_CMD_POLICY_MODE_SET:
		put_text(KPOL_A_POLICY_NAME, "p", mutate);
		put_number(KPOL_A_POLICY_MODE, 1 + random_below(2), mutate);
		break;
	case KPOL_CMD_MODE_SET:
		put_number(KPOL_A_MODE_MODE, 1 + random_below(3), mutate);
		break;
	case KPOL_CMD_TASK_GET:
		put_number(KPOL_A_TASK_PID, 1 + random_below(300), mutate);
		break;
	case KPOL_CMD_DECIDE:
		for (unsigned int n = 1 + random_below(3); n; n--)
			put_decide();
		break;
	}
}

/* Begin, rows and commit come most often: what is behind them is deepest. */
static unsigned int pick_command(void)
{
	static const unsigned int often[] = { KPOL_CMD_TX_BEGIN, KPOL_CMD_TX_ADD, KPOL_CMD_TX_ADD,
					      KPOL_CMD_TX_ADD, KPOL_CMD_TX_COMMIT };

	if (random_one_in(100))
		return random_below(256);
	if (random_one_in(2))
		return often[random_below(sizeof(often) / sizeof(often[0]))];
	return 1 + random_below(KPOL_CMD_MAX);
}

/* What was sent to the module as it should be, in the order it should come. */
static void note_sent(struct speaker *s, unsigned int command, bool mutate)
{
	if (command == KPOL_CMD_TX_ADD)
		s->rules = mutate || s->rules >= KNOWN_RULES ? BROKEN : s->rules + 1;
}

static bool is_dump(unsigned int command)
{
	return (command >= KPOL_CMD_POLICY_GET && command <= KPOL_CMD_HOOK_GET) ||
	       command == KPOL_CMD_SET_GET || command == KPOL_CMD_ADDRESS_GET;
}

static void add_message(struct speaker *s)
{
	size_t start = fuzz->len;
	bool mutate = !random_one_in(3);
	unsigned int command = pick_command();
	struct nlmsghdr *header = room(NLMSG_HDRLEN);
	struct genlmsghdr *genl = room(GENL_HDRLEN);

	if (!header || !genl) {
		fuzz->len = start;
		return;
	}
	header->nlmsg_type = fuzz->family;
	header->nlmsg_flags = NLM_F_REQUEST | (random_one_in(3) ? NLM_F_ACK : 0);
	if (is_dump(command) != random_one_in(20))
		header->nlmsg_flags |= NLM_F_DUMP;
	genl->cmd = command;
	genl->version = random_one_in(50) ? random_next() : KPOL_FAMILY_VERSION;
	put_payload(s, command, mutate);
	if (mutate && random_one_in(20))
		put_garbage();
	header->nlmsg_len = fuzz->len - start;
	header->nlmsg_seq = fuzz->sent++;
	note_sent(s, command, mutate);
	if (mutate && random_one_in(50))
		header->nlmsg_flags ^= 1U << random_below(16);
	if (mutate && random_one_in(100))
		header->nlmsg_len = random_below(2 * (fuzz->len - start));
	if (mutate && random_one_in(50) && fuzz->len > start)
		for (unsigned int n = random_below(8); n; n--)
			fuzz->buf[start + random_below(fuzz->len - start)] ^= 1 << random_below(8);
}

/*
 * Whatever the kernel will take for a message there is none for another family: what they do is not ours. Nor
 * the lock, behind which nobody can start over.
 */
static void tame(void)
{
	struct nlmsghdr *header = (void *)fuzz->buf;
	struct genlmsghdr *genl;
	size_t at = 0;

	for (; at + NLMSG_HDRLEN <= fuzz->len; at += NLMSG_ALIGN(header->nlmsg_len)) {
		header = (void *)(fuzz->buf + at);
		header->nlmsg_type = fuzz->family;
		if (header->nlmsg_len < NLMSG_HDRLEN || at + header->nlmsg_len > fuzz->len)
			return;
		genl = NLMSG_DATA(header);
		if (header->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN && genl->cmd == KPOL_CMD_LOCK)
			genl->cmd = KPOL_CMD_STATUS_GET;
	}
}

/* What reached new places, changed. */

static void keep(void)
{
	struct kept *kept = &fuzz->kept[fuzz->n_kept % CORPUS_MAX];

	free(kept->bytes);
	*kept = (struct kept){ fuzz->len, malloc(fuzz->len) };
	if (!kept->bytes)
		abort();
	memcpy(kept->bytes, fuzz->buf, fuzz->len);
	fuzz->n_kept++;
}

static const struct kept *pick_kept(void)
{
	return &fuzz->kept[random_below(fuzz->n_kept < CORPUS_MAX ? fuzz->n_kept : CORPUS_MAX)];
}

/* Bytes of another one in the place of these, where attributes can begin. */
static void splice(void)
{
	const struct kept *other = pick_kept();
	size_t from = random_below(other->len) & ~3UL, to = random_below(fuzz->len) & ~3UL;
	size_t n = random_below(other->len - from) + 1;

	if (to + n > sizeof(fuzz->buf))
		n = sizeof(fuzz->buf) - to;
	memcpy(fuzz->buf + to, other->bytes + from, n);
	if (random_one_in(2) || to + n > fuzz->len)
		fuzz->len = to + n;
}

static void change_once(void)
{
	static const uint32_t odd[] = { 0, 1, 4, 8, 255, 4096, 65535, 1U << 31, ~0U };
	uint32_t number = odd[random_below(sizeof(odd) / sizeof(odd[0]))];
	size_t at = random_below(fuzz->len), word = at & ~3UL;

	switch (random_below(6)) {
	case 0:
		fuzz->buf[at] ^= 1 << random_below(8);
		break;
	case 1:
		fuzz->buf[at] = random_next();
		break;
	case 2:
		if (word + sizeof(number) <= fuzz->len)
			memcpy(fuzz->buf + word, &number, random_one_in(2) ? 2 : 4);
		break;
	case 3:
		fuzz->len = at + 1;
		break;
	default:
		splice();
	}
}

/* Where the first message's length was right it mostly stays so, and its transaction becomes the speaker's. */
static void mend(const struct speaker *s)
{
	struct nlmsghdr *header = (void *)fuzz->buf;
	struct nlattr *attr = (void *)(fuzz->buf + NLMSG_HDRLEN + GENL_HDRLEN);

	if (fuzz->len < NLMSG_HDRLEN + GENL_HDRLEN)
		return;
	if (!random_one_in(10))
		header->nlmsg_len = fuzz->len;
	header->nlmsg_seq = fuzz->sent;
	if (fuzz->len < NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + sizeof(s->id))
		return;
	if (attr->nla_type == KPOL_A_TX_ID && attr->nla_len == NLA_HDRLEN + sizeof(s->id))
		memcpy((char *)attr + NLA_HDRLEN, &s->id, sizeof(s->id));
}

static void change_kept(struct speaker *s)
{
	const struct kept *kept = pick_kept();

	memcpy(fuzz->buf, kept->bytes, kept->len);
	fuzz->len = kept->len;
	for (unsigned int n = random_below(6); n; n--)
		change_once();
	mend(s);
	if (((struct genlmsghdr *)(fuzz->buf + NLMSG_HDRLEN))->cmd == KPOL_CMD_TX_ADD)
		s->rules = BROKEN;
	fuzz->sent++;
}

/* Speaking. */

static void open_speaker(struct speaker *s)
{
	struct timeval patience = { .tv_usec = 100000 };
	int one = 1;

	*s = (struct speaker){ .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC) };
	if (s->fd < 0)
		abort();
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (random_one_in(2))
		setsockopt(s->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	if (random_one_in(2))
		setsockopt(s->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
}

/* The answer's first attribute: the transaction's id. */
static void hear_answer(struct speaker *s, const struct nlmsghdr *header)
{
	const struct genlmsghdr *genl = NLMSG_DATA(header);
	const struct nlattr *attr = (const void *)((const char *)genl + GENL_HDRLEN);

	if (header->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + 4)
		return;
	if (genl->cmd == KPOL_CMD_TX_BEGIN) {
		memcpy(&s->id, (const char *)attr + NLA_HDRLEN, sizeof(s->id));
		s->rules = 0;
	}
	fuzz->commits += genl->cmd == KPOL_CMD_TX_COMMIT;
}

static void hear(struct speaker *s)
{
	static _Alignas(8) char buf[65536];
	ssize_t len;

	while ((len = recv(s->fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		struct nlmsghdr *header = (void *)buf;

		for (; NLMSG_OK(header, (size_t)len); header = NLMSG_NEXT(header, len)) {
			if (header->nlmsg_type == fuzz->family) {
				hear_answer(s, header);
			} else if (header->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *error = NLMSG_DATA(header);

				fuzz->refused += error->error != 0;
				fuzz->accepted += error->error == 0;
			}
		}
	}
}

static void speak(void)
{
	struct speaker *s = &fuzz->speakers[random_below(SOCKETS)];

	if (random_one_in(400)) {
		close(s->fd); /* with whatever it has begun */
		open_speaker(s);
	}
	fuzz->len = 0;
	if (fuzz->n_kept && random_one_in(2)) {
		change_kept(s);
	} else {
		do
			add_message(s);
		while (random_one_in(10));
	}
	tame();
	if (fuzz->cover)
		cover_begin();
	if (fuzz->len)
		(void)!send(s->fd, fuzz->buf, fuzz->len, MSG_DONTWAIT);
	hear(s);
	if (fuzz->cover && cover_end() && fuzz->len)
		keep();
}

/* Checking. */

static void compute_digests(void)
{
	struct kpol_rule rules[KNOWN_RULES];
	struct kpol_set_row set = { .name = KNOWN_SET };
	struct kpol_ruleset ruleset = { .rules = rules, .sets = &set };

	for (unsigned int i = 0; i <= KNOWN_RULES; i++) {
		ruleset.n_rules = i;
		ruleset.n_sets = i > 0;
		if (kpol_ruleset_digest(&ruleset, fuzz->digest[i]) < 0)
			abort();
		if (i == KNOWN_RULES)
			return;
		rules[i] = (struct kpol_rule){ .id = i + 1,
					       .scope = 1,
					       .policy = 1,
					       .line = i + 1,
					       .class = KPOL_CLASS_FILE,
					       .match = KPOL_MATCH_PATH,
					       .ops = KPOL_OP_READ,
					       .action = KPOL_ACTION_BLOCK,
					       .object = "/fuzz/x",
					       .object_len = 7 };
	}
}

/* Which of the known rulesets is it? -1: none. */
static int find_digest(const uint8_t *digest)
{
	for (int i = 0; i <= KNOWN_RULES; i++)
		if (!memcmp(fuzz->digest[i], digest, KPOL_DIGEST_LEN))
			return i;
	return -1;
}

/*
 * The root can be bound to a scope that is not the host's, by chance as by mistake: then nobody may
 * speak any more, and only a new module helps.
 */
static void start_over(void)
{
	unsigned int busy = 0;
	int r;

	for (unsigned int i = 0; i < SOCKETS; i++)
		close(fuzz->speakers[i].fd);
	r = module_unload(&busy);
	if (!r)
		r = module_load("");
	if (r) {
		fprintf(stderr, "# cannot start over after %lu messages: %s\n", fuzz->sent,
			strerror(-r));
		abort();
	}
	fuzz->lockouts++;
	cover_rebase();
	fuzz->generation = 0;
	for (unsigned int i = 0; i < SOCKETS; i++)
		open_speaker(&fuzz->speakers[i]);
}

static void check(struct __test_metadata *_metadata)
{
	struct kpol_nl_status status;
	struct kpol_nl *nl;
	int rules, r;

	ASSERT_EQ(0, kpol_nl_new(false, &nl)) TH_LOG("after %lu messages", fuzz->sent);
	r = kpol_nl_status_get(nl, &status);
	fuzz->family = nl->family;
	kpol_nl_free(nl);
	if (r == -EPERM) {
		start_over();
		return;
	}
	ASSERT_EQ(0, r) TH_LOG("after %lu messages", fuzz->sent);
	EXPECT_LE(fuzz->generation, status.generation) TH_LOG("after %lu messages", fuzz->sent);
	fuzz->generation = status.generation;
	if (!status.generation)
		return;
	rules = find_digest(status.digest);
	ASSERT_LE(0, rules) TH_LOG("nobody committed what is live after %lu messages", fuzz->sent);
	ASSERT_EQ((unsigned int)rules, status.rules) TH_LOG("after %lu messages", fuzz->sent);
}

static unsigned long number_of(const char *name, unsigned long otherwise)
{
	const char *given = getenv(name);

	return given ? strtoul(given, NULL, 0) : otherwise;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* A new module: what it holds by itself, and the caches of the kernel warm. */
static void begin_anew(struct __test_metadata *_metadata)
{
	struct kpol_nl *nl;

	if (kpol_nl_present() <= 0) {
		ASSERT_EQ(0, module_load(""));
	}
	guest_unload();
	ASSERT_EQ(0, kpol_nl_new(false, &nl));
	fuzz->family = nl->family;
	kpol_nl_free(nl);
	cover_rebase();
	for (unsigned int i = 0; i < SOCKETS; i++)
		open_speaker(&fuzz->speakers[i]);
}

static long fuzz_until(struct __test_metadata *_metadata, uint64_t end, double end_time)
{
	static struct host_caches caches;
	struct host_memory memory;

	while (fuzz->sent < end && now() < end_time) {
		uint64_t until = fuzz->sent + CHECK_EVERY;

		while (fuzz->sent < until)
			speak();
		check(_metadata);
	}
	for (unsigned int i = 0; i < SOCKETS; i++) {
		close(fuzz->speakers[i].fd);
		open_speaker(&fuzz->speakers[i]);
	}
	if (getenv("KPOL_FUZZ_TRACE"))
		fprintf(stderr, "# %lu messages\n", fuzz->sent);
	memory = host_memory(&caches);
	return memory.slab + memory.vmalloc + memory.percpu;
}

FIXTURE(fuzzer){};

FIXTURE_SETUP(fuzzer)
{
}

FIXTURE_TEARDOWN(fuzzer)
{
}

/* How long it may take the suite says. */
TEST_F_TIMEOUT(fuzzer, what_is_live_was_committed_whatever_is_sent, 100000)
{
	uint64_t seed = number_of("KPOL_FUZZ_SEED", time(NULL));
	double seconds = number_of("KPOL_FUZZ_SECONDS", 1000000);
	uint64_t messages =
		number_of("KPOL_FUZZ_MESSAGES", seconds < 1000000 ? ~0UL : MESSAGES / slow_times());
	int log = host_log_open();
	long before, after;
	double start = now();

	fuzz = calloc(1, sizeof(*fuzz));
	ASSERT_NE(NULL, fuzz);
	fuzz->cover = number_of("KPOL_FUZZ_COVER", 0);
	if (fuzz->cover && !cover_open())
		SKIP(return, "this kernel has no KCOV");
	TH_LOG("KPOL_FUZZ_SEED=%lu", seed);
	random_seed(seed);
	compute_digests();
	begin_anew(_metadata);
	before = fuzz_until(_metadata, messages / 4, start + seconds / 4);
	after = fuzz_until(_metadata, messages, start + seconds);
	TH_LOG("%lu messages in %.0f s: %lu acknowledged, %lu refused, %lu commits to generation "
	       "%lu, "
	       "%lu times locked out; KiB %ld, then %ld",
	       fuzz->sent, now() - start, fuzz->accepted, fuzz->refused, fuzz->commits,
	       fuzz->generation, fuzz->lockouts, before, after);
	if (fuzz->cover) {
		TH_LOG("%u places in the module reached, %u messages kept", cover_places(),
		       fuzz->n_kept);
		EXPECT_LT(500, cover_places());
	}
	EXPECT_LT(fuzz->sent / 1000, fuzz->commits);
	EXPECT_LT(fuzz->sent / 100, fuzz->refused);
	EXPECT_GT(before + 2048 + host_quarantine(), after);
	EXPECT_EQ(0, host_log_bad(log));
}

TEST_HARNESS_MAIN
