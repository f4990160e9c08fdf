// SPDX-License-Identifier: GPL-2.0-or-later
/* What has once been sent, and reached new places: kept, changed, and sent again. */
#include "corpus.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

#define CORPUS_MAX 2048

/* From the heap. */
struct kept {
	size_t len;
	char *bytes;
};

static struct kept corpus[CORPUS_MAX];
static unsigned int n_kept; /* ever: the oldest make room for the newest */

static unsigned int n_there(void)
{
	return n_kept < CORPUS_MAX ? n_kept : CORPUS_MAX;
}

void corpus_keep(const struct wire *wire)
{
	struct kept *kept = &corpus[n_kept % CORPUS_MAX];

	free(kept->bytes);
	*kept = (struct kept){ wire->len, malloc(wire->len) };
	if (!kept->bytes)
		abort();
	memcpy(kept->bytes, wire->bytes, wire->len);
	n_kept++;
}

static const struct kept *pick(void)
{
	return &corpus[random_below(n_there())];
}

/* Bytes of another one in the place of these, where attributes can begin. */
static void splice(struct wire *wire)
{
	const struct kept *other = pick();
	size_t from = random_below(other->len) & ~3UL, to = random_below(wire->len) & ~3UL;
	size_t n = random_below(other->len - from) + 1;

	if (to + n > sizeof(wire->bytes))
		n = sizeof(wire->bytes) - to;
	memcpy(wire->bytes + to, other->bytes + from, n);
	if (random_one_in(2) || to + n > wire->len)
		wire->len = to + n;
}

static void change_once(struct wire *wire)
{
	static const uint32_t odd[] = { 0, 1, 4, 8, 255, 4096, 65535, 1U << 31, ~0U };
	uint32_t number = odd[random_below(sizeof(odd) / sizeof(odd[0]))];
	size_t at = random_below(wire->len), word = at & ~3UL;

	switch (random_below(6)) {
	case 0:
		wire->bytes[at] ^= 1 << random_below(8);
		break;
	case 1:
		wire->bytes[at] = random_next();
		break;
	case 2:
		if (word + sizeof(number) <= wire->len)
			memcpy(wire->bytes + word, &number, random_one_in(2) ? 2 : 4);
		break;
	case 3:
		wire->len = at + 1;
		break;
	default:
		splice(wire);
	}
}

void corpus_change(struct wire *wire)
{
	const struct kept *kept = pick();

	memcpy(wire->bytes, kept->bytes, kept->len);
	wire->len = kept->len;
	for (unsigned int n = random_below(6); n; n--)
		change_once(wire);
}

unsigned int corpus_size(void)
{
	return n_kept;
}

void corpus_get(unsigned int i, struct wire *wire)
{
	if (i >= n_there())
		abort();
	memcpy(wire->bytes, corpus[i].bytes, corpus[i].len);
	wire->len = corpus[i].len;
}

static void read_file(const char *directory, const char *name)
{
	static struct wire wire;
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "re");
	if (!file)
		abort();
	wire.len = fread(wire.bytes, 1, sizeof(wire.bytes), file);
	fclose(file);
	if (wire.len)
		corpus_keep(&wire);
}

unsigned int corpus_read(const char *directory)
{
	unsigned int before = n_kept;
	struct dirent **names;
	int n = scandir(directory, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			read_file(directory, names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return n_kept - before;
}

void corpus_print(void)
{
	for (unsigned int i = 0; i < n_there(); i++) {
		printf("# kept ");
		for (size_t at = 0; at < corpus[i].len; at++)
			printf("%02x", (unsigned char)corpus[i].bytes[at]);
		printf("\n");
	}
	fflush(stdout);
}
