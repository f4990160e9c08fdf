// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An API server for shell tests: "put PLURAL OBJECT" and "delete PLURAL UID", a line each, on standard input, which
 * may be a FIFO that many write to. Its kubeconfig goes to the file named.
 */
#include "lib/cluster.h"

static void obey(struct cluster *c, char *line)
{
	char *save = NULL;
	const char *verb = strtok_r(line, " \n", &save);
	const char *plural = strtok_r(NULL, " \n", &save);
	const char *rest = strtok_r(NULL, "\n", &save);

	if (!verb || !plural || !rest)
		return;
	if (strcmp(verb, "put") == 0)
		cluster_put(c, plural, "%s", rest);
	else if (strcmp(verb, "delete") == 0)
		cluster_delete(c, plural, rest);
}

int main(int argc, char **argv)
{
	static struct cluster cluster;
	char *line = NULL;
	size_t size = 0;

	if (argc != 2)
		return 2;
	cluster_start(&cluster, "kubearmorpolicies kubearmorhostpolicies kubearmorclusterpolicies");
	cluster_kubeconfig(&cluster, argv[1]);
	while (getline(&line, &size, stdin) > 0)
		obey(&cluster, line);
	free(line);
	return 0;
}
