// SPDX-License-Identifier: GPL-2.0-or-later
/* The one row of a queue that is no entry: what was lost and how far the numbers have come. */
#include <errno.h>
#include <string.h>

#include "spool/queue.h"

/* As it lies in the file, which never leaves the machine. */
struct state {
	uint64_t high;
	struct kpol_spool_loss loss;
};

int kpol_queue_write_state(struct kpol_queue *queue)
{
	struct state state;
	uint8_t sum[KPOL_SUM_SIZE];
	int r;

	memset(&state, 0, sizeof(state));
	state.high = queue->high;
	state.loss = queue->now.loss;
	r = kpol_sum(&state, sizeof(state), "", 0, sum);
	if (r < 0)
		return r;
	return kpol_sql_run(&queue->sql, "INSERT OR REPLACE INTO state VALUES (1, ?, ?)", "bb",
			    (const void *)&state, sizeof(state), (const void *)sum, sizeof(sum));
}

static bool is_whole(sqlite3_stmt *stmt, struct state *ret)
{
	uint8_t sum[KPOL_SUM_SIZE];

	if (sqlite3_column_bytes(stmt, 0) != sizeof(*ret) ||
	    sqlite3_column_bytes(stmt, 1) != sizeof(sum))
		return false;
	memcpy(ret, sqlite3_column_blob(stmt, 0), sizeof(*ret));
	return kpol_sum(ret, sizeof(*ret), "", 0, sum) == 0 &&
	       memcmp(sum, sqlite3_column_blob(stmt, 1), sizeof(sum)) == 0;
}

int kpol_queue_read_state(struct kpol_queue *queue)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	struct state state;
	int r;

	r = kpol_sql_prepare(&queue->sql, &stmt, "SELECT value, sum FROM state WHERE one = 1", "");
	if (r == 0)
		r = kpol_sql_step(&queue->sql, stmt);
	if (r < 0)
		return r;
	if (r == 0 || !is_whole(stmt, &state))
		return -EUCLEAN;
	queue->high = state.high;
	queue->now.loss = state.loss;
	return 0;
}
