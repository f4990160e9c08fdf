// SPDX-License-Identifier: GPL-2.0-or-later
/* From pods to address rows: which sets each address is in, and what has changed. */
#include "compile/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "compile/set.h"

/** struct by_label - a set under the first label it asks for. */
struct by_label {
	const struct kpol_label *label;
	uint32_t id;
};

/**
 * struct matcher - the sets, to be found by a pod's labels
 * @sorted: those that ask for a label, by it, then id. @others: ids of those that ask for none.
 * @ids: room for all, for the pod at hand.
 */
struct matcher {
	const struct kpol_ruleset *ruleset;
	struct by_label *sorted;
	size_t n_sorted;
	uint32_t *others;
	size_t n_others;
	uint32_t *ids;
	size_t n_ids;
};

static int compare_labels(const struct kpol_label *a, const struct kpol_label *b)
{
	int r = strcmp(a->key, b->key);

	return r ? r : strcmp(a->value, b->value);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_sorted(const void *a, const void *b)
{
	const struct by_label *x = a, *y = b;
	int r = compare_labels(x->label, y->label);

	return r ? r : compare_numbers(x->id, y->id);
}

static void matcher_clear(struct matcher *m)
{
	free(m->sorted);
	free(m->others);
	free(m->ids);
}

static int matcher_init(struct matcher *m, const struct kpol_ruleset *ruleset)
{
	size_t n = ruleset->n_sets;

	m->ruleset = ruleset;
	m->sorted = calloc(n + 1, sizeof(*m->sorted));
	m->others = calloc(n + 1, sizeof(*m->others));
	m->ids = calloc(n + 1, sizeof(*m->ids));
	if (!m->sorted || !m->others || !m->ids)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct kpol_pods *pods = &ruleset->sets[i].pods;

		if (pods->n_labels)
			m->sorted[m->n_sorted++] =
				(struct by_label){ &pods->labels[0], (uint32_t)i + 1 };
		else
			m->others[m->n_others++] = (uint32_t)i + 1;
	}
	qsort(m->sorted, m->n_sorted, sizeof(*m->sorted), compare_sorted);
	return 0;
}

static void try_set(struct matcher *m, uint32_t id, const struct kpol_pod *pod)
{
	if (kpol_set_matches(&m->ruleset->sets[id - 1], pod->namespace, pod->labels, pod->n_labels))
		m->ids[m->n_ids++] = id;
}

/* The first set that asks for this label, or where it would be. */
static size_t find_first(const struct matcher *m, const struct kpol_label *label)
{
	size_t low = 0, high = m->n_sorted;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_labels(m->sorted[middle].label, label) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int compare_ids(const void *a, const void *b)
{
	return compare_numbers(*(const uint32_t *)a, *(const uint32_t *)b);
}

/* Two labels of one pod with the same key would find a set twice. */
static void drop_twins(struct matcher *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_ids; i++)
		if (!n || m->ids[n - 1] != m->ids[i])
			m->ids[n++] = m->ids[i];
	m->n_ids = n;
}

static bool is_repeated(const struct kpol_pod *pod, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcmp(pod->labels[i].key, pod->labels[index].key))
			return true;
	return false;
}

static void match_pod(struct matcher *m, const struct kpol_pod *pod)
{
	m->n_ids = 0;
	for (size_t i = 0; i < m->n_others; i++)
		try_set(m, m->others[i], pod);
	for (size_t i = 0; m->n_sorted && i < pod->n_labels; i++) {
		size_t at = find_first(m, &pod->labels[i]);

		for (; !is_repeated(pod, i) && at < m->n_sorted &&
		       !compare_labels(m->sorted[at].label, &pod->labels[i]);
		     at++)
			try_set(m, m->sorted[at].id, pod);
	}
	if (m->n_ids)
		qsort(m->ids, m->n_ids, sizeof(*m->ids), compare_ids);
	drop_twins(m);
}

static struct kpol_address plain(const struct kpol_address *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct kpol_address ret = { .family = AF_INET };

	if (address->family == AF_INET)
		memcpy(ret.addr, address->addr, 4);
	else if (!memcmp(address->addr, mapped, sizeof(mapped)))
		memcpy(ret.addr, address->addr + sizeof(mapped), 4);
	else
		ret = *address;
	return ret;
}

/** struct entry - an address with the pod that has it; of equal ones the highest @pod counts. */
struct entry {
	struct kpol_address address;
	uint32_t pod;
};

static int compare_addresses(uint8_t family, const uint8_t *addr, uint8_t other_family,
			     const uint8_t *other)
{
	int r = compare_numbers(family, other_family);

	return r ? r : memcmp(addr, other, 16);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int r = compare_addresses(x->address.family, x->address.addr, y->address.family,
				  y->address.addr);

	return r ? r : compare_numbers(x->pod, y->pod);
}

static bool is_last_of_address(const struct entry *entries, size_t n, size_t i)
{
	return i + 1 == n ||
	       compare_addresses(entries[i].address.family, entries[i].address.addr,
				 entries[i + 1].address.family, entries[i + 1].address.addr);
}

static struct entry *collect(const struct kpol_pod *pods, size_t n_pods, size_t *ret_n)
{
	struct entry *entries;
	size_t n = 0;

	for (size_t i = 0; i < n_pods; i++)
		n += pods[i].n_addresses;
	entries = calloc(n + 1, sizeof(*entries));
	if (!entries)
		return NULL;
	n = 0;
	for (size_t i = 0; i < n_pods; i++)
		for (size_t k = 0; k < pods[i].n_addresses; k++)
			entries[n++] = (struct entry){ plain(&pods[i].addresses[k]), (uint32_t)i };
	qsort(entries, n, sizeof(*entries), compare_entries);
	*ret_n = n;
	return entries;
}

static int add_row(struct kpol_address_rows *rows, uint8_t family, const uint8_t *addr,
		   const uint32_t *ids, size_t n)
{
	struct kpol_address_row *row = kpol_append(&rows->items, &rows->n, sizeof(*row));

	if (!row)
		return -ENOMEM;
	row->family = family;
	memcpy(row->addr, addr, sizeof(row->addr));
	if (!n)
		return 0;
	row->ids = malloc(n * sizeof(*ids));
	if (!row->ids)
		return -ENOMEM;
	memcpy(row->ids, ids, n * sizeof(*ids));
	row->n_ids = n;
	return 0;
}

static int add_entries(struct matcher *m, const struct kpol_pod *pods, const struct entry *entries,
		       size_t n, struct kpol_address_rows *ret)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		if (!is_last_of_address(entries, n, i))
			continue;
		match_pod(m, &pods[entries[i].pod]);
		if (!m->n_ids)
			continue;
		if (ret->n == KPOL_ADDRESSES_MAX)
			return -E2BIG;
		r = add_row(ret, entries[i].address.family, entries[i].address.addr, m->ids,
			    m->n_ids);
	}
	return r;
}

int kpol_compile_addresses(const struct kpol_ruleset *ruleset, const struct kpol_pod *pods,
			   size_t n_pods, struct kpol_address_rows *ret)
{
	_cleanup_(kpol_address_rows_clear) struct kpol_address_rows rows = { 0 };
	_cleanup_(matcher_clear) struct matcher matcher = { 0 };
	_cleanup_free_ struct entry *entries = NULL;
	size_t n = 0;
	int r = matcher_init(&matcher, ruleset);

	entries = r == 0 ? collect(pods, n_pods, &n) : NULL;
	if (!entries)
		return -ENOMEM;
	r = add_entries(&matcher, pods, entries, n, &rows);
	if (r < 0)
		return r;
	*ret = rows;
	rows = (struct kpol_address_rows){ 0 };
	return 0;
}

static int compare_rows(const struct kpol_address_row *a, const struct kpol_address_row *b)
{
	return compare_addresses(a->family, a->addr, b->family, b->addr);
}

/* Where it is, or belongs. */
static size_t place_of(const struct kpol_address_rows *rows, const struct kpol_address_row *key)
{
	size_t low = 0, high = rows->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_rows(&rows->items[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct kpol_address_row *kpol_address_rows_find(const struct kpol_address_rows *rows,
						      uint8_t family, const uint8_t *addr)
{
	struct kpol_address address = { .family = family };
	struct kpol_address_row key = { 0 };
	size_t at;

	memcpy(address.addr, addr, family == AF_INET ? 4 : 16);
	address = plain(&address);
	key.family = address.family;
	memcpy(key.addr, address.addr, sizeof(key.addr));
	at = place_of(rows, &key);
	return at < rows->n && !compare_rows(&rows->items[at], &key) ? &rows->items[at] : NULL;
}

static bool same_ids(const struct kpol_address_row *a, const struct kpol_address_row *b)
{
	return a->n_ids == b->n_ids &&
	       (!a->n_ids || !memcmp(a->ids, b->ids, a->n_ids * sizeof(*a->ids)));
}

int kpol_address_rows_diff(const struct kpol_address_rows *old, const struct kpol_address_rows *new,
			   struct kpol_address_rows *ret)
{
	_cleanup_(kpol_address_rows_clear) struct kpol_address_rows rows = { 0 };
	size_t i = 0, j = 0;
	int r = 0;

	while (r == 0 && (i < old->n || j < new->n)) {
		const struct kpol_address_row *a = &old->items[i], *b = &new->items[j];
		int c = i == old->n ? 1 : j == new->n ? -1 : compare_rows(a, b);

		if (c < 0)
			r = add_row(&rows, a->family, a->addr, NULL, 0);
		else if (c > 0 || !same_ids(a, b))
			r = add_row(&rows, b->family, b->addr, b->ids, b->n_ids);
		i += c <= 0;
		j += c >= 0;
	}
	if (r < 0)
		return r;
	*ret = rows;
	rows = (struct kpol_address_rows){ 0 };
	return 0;
}

static void remove_row(struct kpol_address_rows *rows, size_t at)
{
	free(rows->items[at].ids);
	rows->n--;
	memmove(&rows->items[at], &rows->items[at + 1], (rows->n - at) * sizeof(*rows->items));
}

static int insert_row(struct kpol_address_rows *rows, size_t at)
{
	struct kpol_address_row *items =
		reallocarray(rows->items, rows->n + 1, sizeof(*rows->items));

	if (!items)
		return -ENOMEM;
	rows->items = items;
	memmove(&items[at + 1], &items[at], (rows->n - at) * sizeof(*items));
	rows->n++;
	items[at] = (struct kpol_address_row){ 0 };
	return 0;
}

static int apply_row(struct kpol_address_rows *rows, const struct kpol_address_row *change)
{
	size_t at = place_of(rows, change);
	bool is_there = at < rows->n && !compare_rows(&rows->items[at], change);
	uint32_t *ids;

	if (!change->n_ids) {
		if (is_there)
			remove_row(rows, at);
		return 0;
	}
	ids = calloc(change->n_ids, sizeof(*ids));
	if (!ids || (!is_there && insert_row(rows, at) < 0)) {
		free(ids);
		return -ENOMEM;
	}
	memcpy(ids, change->ids, change->n_ids * sizeof(*ids));
	free(rows->items[at].ids);
	rows->items[at] = *change;
	rows->items[at].ids = ids;
	return 0;
}

int kpol_address_rows_apply(struct kpol_address_rows *rows, const struct kpol_address_rows *changes)
{
	int r = 0;

	for (size_t i = 0; i < changes->n && r == 0; i++)
		r = apply_row(rows, &changes->items[i]);
	return r;
}
