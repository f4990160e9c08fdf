// SPDX-License-Identifier: GPL-2.0-or-later
/* A node. */
#include "k8s/node.h"

#include <errno.h>

int kpol_k8s_node_build(struct json_object *json, struct kpol_k8s_pack *pack)
{
	struct kpol_k8s_node *node = kpol_k8s_pack_take(pack, sizeof(*node));

	return node ? kpol_k8s_object_build(json, pack, &node->object) : -ENOMEM;
}
