// SPDX-License-Identifier: GPL-2.0-or-later
/* Which pod and container a cgroup's path tells of, for each driver and runtime. */
#include "kselftest_harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "k8s/place.h"

#define UID_ "12345678-9abc-def0-1234-56789abcdef0"
#define SLICE "pod12345678_9abc_def0_1234_56789abcdef0.slice"
#define OTHER "podffffffff_9abc_def0_1234_56789abcdef0.slice"
#define HASH "0123456789abcdef0123456789abcdef"
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SYSTEMD "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-" SLICE

FIXTURE(place){};
FIXTURE_SETUP(place)
{
}
FIXTURE_TEARDOWN(place)
{
}
/* @pod: the pod's own cgroup. @uid NULL: no pod's. */
FIXTURE_VARIANT(place)
{
	const char *path, *uid, *container, *pod;
};

#define PLACE(name, ...)                 \
	FIXTURE_VARIANT_ADD(place, name) \
	{                                \
		__VA_ARGS__              \
	}

PLACE(systemd_pod, SYSTEMD, UID_, "", SYSTEMD);
PLACE(systemd_guaranteed, "/kubepods.slice/kubepods-" SLICE, UID_, "",
      "/kubepods.slice/kubepods-" SLICE);
PLACE(systemd_best_effort, "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-" SLICE,
      UID_, "", "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-" SLICE);
PLACE(containerd, SYSTEMD "/cri-containerd-" ID ".scope", UID_, ID, SYSTEMD);
PLACE(crio, SYSTEMD "/crio-" ID ".scope", UID_, ID, SYSTEMD);
PLACE(docker, SYSTEMD "/docker-" ID ".scope", UID_, ID, SYSTEMD);
PLACE(monitor_of_crio_is_no_container, SYSTEMD "/crio-conmon-" ID ".scope", UID_, "", SYSTEMD);
PLACE(init_below_the_container, SYSTEMD "/cri-containerd-" ID ".scope/init", UID_, ID, SYSTEMD);
PLACE(cgroupfs_pod, "/kubepods/burstable/pod" UID_, UID_, "", "/kubepods/burstable/pod" UID_);
PLACE(cgroupfs_container, "/kubepods/besteffort/pod" UID_ "/" ID, UID_, ID,
      "/kubepods/besteffort/pod" UID_);
PLACE(cgroupfs_guaranteed, "/kubepods/pod" UID_ "/" ID, UID_, ID, "/kubepods/pod" UID_);
PLACE(static_pod, "/kubepods/burstable/pod" HASH "/" ID, HASH, ID, "/kubepods/burstable/pod" HASH);
PLACE(static_pod_of_systemd, "/kubepods.slice/kubepods-pod" HASH ".slice", HASH, "",
      "/kubepods.slice/kubepods-pod" HASH ".slice");
PLACE(kind, "/system.slice/docker-" ID ".scope/kubelet/kubepods/burstable/pod" UID_ "/" ID, UID_,
      ID, "/system.slice/docker-" ID ".scope/kubelet/kubepods/burstable/pod" UID_);
PLACE(kind_with_systemd,
      "/system.slice/docker-" ID ".scope/kubelet.slice/kubelet-kubepods.slice/kubepods-" SLICE,
      UID_, "",
      "/system.slice/docker-" ID ".scope/kubelet.slice/kubelet-kubepods.slice/kubepods-" SLICE);
PLACE(in_one_component,
      "/podruntime.slice/containerd.service/kubepods-besteffort-" SLICE ":cri-containerd:" ID, UID_,
      ID, "");
PLACE(pod_made_inside_of_a_pod_is_not_believed,
      SYSTEMD "/cri-containerd-" ID ".scope/kubepods.slice/kubepods-" OTHER, UID_, ID, SYSTEMD);
PLACE(neither_is_one_in_one_component,
      SYSTEMD "/cri-containerd-" ID ".scope/kubepods-" OTHER ":cri-containerd:x", UID_, ID,
      SYSTEMD);
PLACE(service, "/system.slice/payd.service", NULL, NULL, NULL);
PLACE(root, "/", NULL, NULL, NULL);
PLACE(slices_above_pods, "/kubepods.slice/kubepods-burstable.slice", NULL, NULL, NULL);
PLACE(pod_without_kubepods, "/user.slice/pod" UID_, NULL, NULL, NULL);
PLACE(uid_too_short, "/kubepods/pod12345678-9abc-def0-1234-56789abcdef", NULL, NULL, NULL);
PLACE(uid_of_capitals, "/kubepods/pod12345678-9ABC-def0-1234-56789abcdef0", NULL, NULL, NULL);
PLACE(dashes_where_systemd_has_none,
      "/kubepods.slice/kubepods-pod12345678-9abc-def0-1234-56789abcdef0.slice", NULL, NULL, NULL);
PLACE(odd_name_of_a_container, SYSTEMD "/cri-containerd-a.b%.scope", UID_, "", SYSTEMD);
PLACE(only_one_colon, "/x/kubepods-" SLICE ":" ID, NULL, NULL, NULL);

TEST_F(place, is_read)
{
	struct kpol_k8s_place place;

	ASSERT_EQ(variant->uid ? 0 : -ENOENT, kpol_k8s_place_read(variant->path, &place));
	if (!variant->uid)
		return;
	EXPECT_STREQ(variant->uid, place.uid);
	EXPECT_STREQ(variant->container, place.container);
	EXPECT_EQ(strlen(variant->pod), place.pod_len);
	EXPECT_EQ(0, strncmp(variant->pod, variant->path, place.pod_len));
}

/* Cut anywhere, and with any byte anywhere: what is read is whole, or nothing is. */
TEST(any_path_is_read_or_not)
{
	static const char whole[] = SYSTEMD "/cri-containerd-" ID ".scope";
	struct kpol_k8s_place place;

	for (size_t len = 0; len < sizeof(whole); len++) {
		for (int byte = 1; byte < 256; byte++) {
			char *path = strndup(whole, len);

			if (len)
				path[len - 1] = (char)byte;
			if (kpol_k8s_place_read(path, &place) == 0)
				EXPECT_EQ(KPOL_K8S_UID_LEN, strlen(place.uid));
			free(path);
		}
	}
}

TEST_HARNESS_MAIN
