-- Health of a NetworkProfile for Argo CD. In argocd-cm:
--   resource.customizations.health.netprofile.io_NetworkProfile: |
--     <this file>
local health = { status = "Progressing", message = "the operator has not looked at it yet" }
local status = obj.status

if obj.metadata.deletionTimestamp ~= nil then
  health.message = "being deleted"
  return health
end

if status == nil or status.conditions == nil then
  return health
end

if status.observedGeneration ~= obj.metadata.generation then
  health.message = "the operator has not looked at this generation yet"
  return health
end

local conditions = {}
for _, condition in ipairs(status.conditions) do
  conditions[condition.type] = condition
end

local function is(kind, value)
  return conditions[kind] ~= nil and conditions[kind].status == value
end

local function because(kind)
  return conditions[kind].reason .. ": " .. conditions[kind].message
end

if is("Stalled", "True") then
  health.status = "Degraded"
  health.message = because("Stalled")
elseif is("Ready", "True") then
  health.status = "Healthy"
  health.message = because("Ready")
elseif obj.spec ~= nil and obj.spec.suspend == true then
  health.status = "Suspended"
  health.message = "spec.suspend is true"
elseif is("Reconciling", "True") and conditions["Reconciling"].reason == "AwaitingApproval" then
  -- A person has to act, and a sync that waits for Healthy would wait for ever.
  health.status = "Suspended"
  health.message = because("Reconciling")
elseif is("Reconciling", "True") then
  health.message = because("Reconciling")
elseif is("Ready", "False") then
  health.status = "Degraded"
  health.message = because("Ready")
elseif conditions["Ready"] ~= nil then
  health.message = because("Ready")
end

return health
