using System.Reflection;
using NetProfile.Crds.Generator;
using NetProfile.Crds.NetworkProfiles;
using Xunit;

namespace NetProfile.Operator.Tests.Crds;

public sealed class ConditionTests
{
    private static readonly Type[] Conditions = typeof(NetworkProfileConditions).GetNestedTypes();

    [Fact]
    public void The_conditions_are_those_that_the_design_names()
    {
        Assert.Equal(
            new[]
            {
                "Accepted", "AgentsReady", "EnvoyReady", "FlannelRemoved", "HelmReleased", "HubbleReady", "KubeProxyReplaced", "NodesClean", "OperatorReady",
                "PlanApproved", "PodsManaged", "PreflightPassed", "Ready", "Reconciling", "RoutingActive", "Stalled",
            },
            Conditions.Select(condition => condition.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_reason_is_one_CamelCase_word_and_its_constants_name()
    {
        Assert.All(Conditions.SelectMany(condition => condition.GetFields()), field =>
        {
            Assert.Matches("^[A-Z][A-Za-z0-9]*$", (string)field.GetRawConstantValue()!);
            Assert.Equal(field.Name == "Type" ? field.DeclaringType!.Name : field.Name, field.GetRawConstantValue());
        });
    }

    [Fact]
    public void Every_reason_says_when_it_surfaces()
    {
        var docs = XmlDocs.Of(typeof(NetworkProfileConditions).Assembly);

        Assert.All(
            Conditions.SelectMany(condition => condition.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(field => field.Name != "Type"),
            field => Assert.StartsWith("Surfaces when ", docs.Of(field) ?? $"({field.DeclaringType!.Name}.{field.Name} has no summary)", StringComparison.Ordinal));
    }
}
