using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Hubble;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Hubble;

/// <summary>Certificates that nobody else would renew: told before they end, and renewed by a plan of their own.</summary>
public sealed class HubbleCertificateTests
{
    private static readonly DateTimeOffset Now = ReportedCluster.Now;

    [Theory]
    [InlineData(365, 31, false)]
    [InlineData(365, 29, true)]
    [InlineData(365, -1, true)]
    [InlineData(9, 4, false)]
    [InlineData(9, 2, true)]
    public void A_successor_is_due_in_the_last_month_or_the_last_third_of_a_short_life(int days, int left, bool due) =>
        Assert.Equal(due, new HubbleCertificate("hubble-server-certs", Now.AddDays(left - days), Now.AddDays(left)).IsDue(Now));

    [Theory]
    [InlineData("{hubble: {tls: {auto: {enabled: true, method: helm}}}}", "hubble-server-certs")]
    [InlineData("{hubble: {enabled: true, relay: {enabled: true}, tls: {auto: {enabled: true, method: helm}}}}", "hubble-server-certs hubble-relay-client-certs")]
    [InlineData("{hubble: {enabled: false, tls: {auto: {enabled: true, method: helm}}}}", "")]
    [InlineData("{hubble: {tls: {auto: {enabled: true, method: cronJob}}}}", "")]
    [InlineData("{hubble: {tls: {enabled: false, auto: {method: helm}}}}", "")]
    [InlineData("{hubble: {relay: {enabled: true}, tls: {server: {existingSecret: mine}, auto: {method: helm}}}}", "hubble-relay-client-certs")]
    [InlineData("{}", "")]
    public void Only_those_that_helm_makes_are_watched(string values, string secrets) =>
        Assert.Equal(secrets, string.Join(' ', HubbleCertificate.MadeBy(YamlReader.ReadObject(values))));

    [Fact]
    public void Its_end_is_read_from_the_certificate_and_never_from_the_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=*.hubble-grpc.cilium.io", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddDays(-300), Now.AddDays(65));
        Assert.Equal(new HubbleCertificate("s", Now.AddDays(-300), Now.AddDays(65)), HubbleCertificateReader.Of("s", Secret(("tls.crt", made.ExportCertificatePem()), ("tls.key", "not a key"))));
        Assert.Equal(new HubbleCertificate("s", null, null), HubbleCertificateReader.Of("s", Secret(("tls.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"))));
        Assert.Equal(new HubbleCertificate("s", null, null), HubbleCertificateReader.Of("s", null));
    }

    [Fact]
    public void What_comes_to_its_end_is_told_with_its_day_and_what_to_do_while_Hubble_still_works()
    {
        var condition = HubbleReady(new HubbleCertificate("hubble-server-certs", Now.AddDays(-350), Now.AddDays(15)), suspend: true);
        Assert.Equal((ConditionStatus.True, "CertificatesExpire"), (condition.Status, condition.Reason));
        Assert.Contains("hubble-server-certs (until 2026-01-16)", condition.Message, StringComparison.Ordinal);
        Assert.Contains("plan step RenewCertificates", condition.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_over_is_no_warning_any_more() =>
        Assert.Equal((ConditionStatus.False, "CertificatesExpired"), HubbleReady(new HubbleCertificate("hubble-server-certs", Now.AddDays(-366), Now.AddDays(-1))) is var c ? (c.Status, c.Reason) : default);

    [Fact]
    public void One_that_is_good_for_long_is_not_told_of() =>
        Assert.Equal("Ready", HubbleReady(new HubbleCertificate("hubble-server-certs", Now.AddDays(-10), Now.AddDays(355))).Reason);

    [Fact]
    public void A_plan_of_its_own_renews_it_and_an_approval_of_the_last_one_is_none_of_this()
    {
        var (profile, seen) = Installed(new HubbleCertificate("hubble-server-certs", Now.AddDays(-350), Now.AddDays(15)));
        var plan = NetworkProfilePlanner.Plan(profile, seen);

        var stage = Assert.Single(plan.Path.Stages);
        Assert.Equal((CertificateRenewal.Name, Disruption.None, HelmAction.Upgrade), (stage.Name, stage.Disruption, plan.Step.Action));
        Assert.Equal(["hubble-server-certs"], stage.Renews);
        Assert.NotEqual(PlanMark.Of(seen.History[0])!.Plan, plan.Digest);

        var asked = profile with { Spec = profile.Spec! with { Approval = ApprovalPolicy.Always }, Metadata = profile.Metadata with { Annotations = new Dictionary<string, string> { [NetworkProfileNames.ApprovedPlanAnnotation] = "old" } } };
        Assert.Equal((PlanApproval.Outdated, HelmAction.None), NetworkProfilePlanner.Plan(asked, seen) is var waits ? (waits.Approval, waits.Step.Action) : default);
    }

    [Fact]
    public void A_Secret_that_is_gone_is_made_again() =>
        Assert.Equal(CertificateRenewal.Name, NetworkProfilePlanner.Plan(Installed(new HubbleCertificate("hubble-server-certs", null, null)).Profile, Installed(new HubbleCertificate("hubble-server-certs", null, null)).Seen).Next?.Name);

    [Fact]
    public void A_renewal_that_did_not_help_is_not_repeated_before_the_next_day()
    {
        var (profile, seen) = Installed(new HubbleCertificate("hubble-server-certs", null, null), stage: CertificateRenewal.Name);
        Assert.Null(NetworkProfilePlanner.Plan(profile, seen).Next);
        Assert.NotNull(NetworkProfilePlanner.Plan(profile, seen with { ObservedAt = Now.AddDays(2) }).Next);
    }

    private static V1Condition HubbleReady(HubbleCertificate certificate, bool suspend = false)
    {
        var cluster = new ReportedCluster { Certificates = [certificate] };
        cluster.Spec = cluster.Spec with { Suspend = suspend, Hubble = new HubbleSpec { Relay = new HubbleComponentSpec { Enabled = false }, Ui = new HubbleComponentSpec { Enabled = false } } };
        return cluster.Report().Conditions!.Single(c => c.Type == NetworkProfileConditions.HubbleReady.Type);
    }

    private static (V1Alpha1NetworkProfile Profile, NetworkProfileObservation Seen) Installed(HubbleCertificate certificate, string stage = "InstallRelease")
    {
        var profile = PlannerTests.Profile(PlannerTests.Spec("1.19.6"));
        var seen = PlannerTests.Seen([]);
        var desired = NetworkProfilePlanner.Plan(profile, seen).Desired!;
        var labels = new HelmMark { Profile = "cluster", Revision = 1, ValuesDigest = desired.ValuesDigest, ChartDigest = "", Holder = "me" }.ToLabels().Concat(new PlanMark("old", PlanMark.TargetOf(desired), stage).ToLabels()).ToDictionary();
        return (profile, seen with
        {
            HubbleCertificates = [certificate],
            History = [new HelmRelease { Release = desired.Release, Revision = 1, Status = HelmReleaseStatus.Deployed, ChartName = "cilium", ChartVersion = "1.19.6", LastDeployed = Now.AddHours(-1), Labels = labels, Values = desired.Values }],
        });
    }

    private static V1Secret Secret(params (string Key, string Text)[] data) => new()
    {
        Metadata = new V1ObjectMeta { Name = "s", Namespace = "kube-system" },
        Data = data.ToDictionary(d => d.Key, d => Encoding.ASCII.GetBytes(d.Text)),
    };
}
